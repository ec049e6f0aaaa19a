"""`storage switch`: rows name the copy from now on; what they named before is left behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from uploads_app.errors import Conflict
from uploads_app.models import StoredCopy
from uploads_app.services.moving.holds import THERE, State
from uploads_app.services.moving.kinds import BATCH, KINDS, Kind, require_both_places

Progress = Callable[[int], object]


@dataclass(slots=True)
class Switched:
    """`objects` that changed their place, and those that stay where they are, having no whole copy."""

    objects: int = 0
    left: int = 0


def switch(to: str, *, force: bool = False, progress: Progress = lambda _: None) -> Switched:
    """Has every row whose copy at the place `to` is whole name that copy; the old bytes stay for `clean`.

    Each row changes in one transaction with its copy: it may be killed at any moment and run again. Whoever
    read a row before finds the bytes where it said. Raises Conflict where new bytes still go elsewhere, by
    this process's setting, unless `force`d; StorageAway.
    """
    if to != settings.VITRINE_STORAGE and not force:
        raise Conflict(
            f"New pictures are stored in {settings.VITRINE_STORAGE}: set VITRINE_STORAGE={to} first."
        )
    require_both_places(to)
    done = Switched()
    for kind in KINDS:
        last = ""
        while keys := _after(kind, to, last):
            done.objects += _flip(kind, to, keys)
            last = keys[-1]
            progress(len(keys))
        done.left += kind.living().filter(storage=kind.source(to)).count()
    return done


def _after(kind: Kind, to: str, key: str) -> list[str]:
    rows = StoredCopy.objects.filter(storage=kind.target(to), state__in=THERE, pk__gt=key)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _flip(kind: Kind, to: str, keys: Sequence[str]) -> int:
    """Only what is living under its lock, and only to a copy that nobody took hold of meanwhile."""
    with transaction.atomic():
        living = kind.lock(to, keys)
        copies = StoredCopy.objects.filter(pk__in=living, storage=kind.target(to), state__in=THERE)
        whole = list(copies.order_by("pk").select_for_update().values_list("pk", flat=True))
        StoredCopy.objects.filter(pk__in=whole).update(
            storage=kind.source(to), state=State.LEFT_BEHIND, left_at=Now()
        )
        rows = kind.living().filter(**{f"{kind.key}__in": whole})
        return rows.update(storage=kind.target(to))
