"""`storage clean`: removes what a switch left behind, once the move has proven itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from uploads_app.errors import Conflict
from uploads_app.models import StoredCopy
from uploads_app.services.backup.hold import under_way
from uploads_app.services.moving.checks import holds
from uploads_app.services.moving.crew import Crew, crew
from uploads_app.services.moving.holds import (
    NOBODY_HOLDS,
    RENEW_EVERY,
    UNFINISHED,
    State,
    hold_for_removal,
    mine,
    renew,
)
from uploads_app.services.moving.kinds import BATCH, KINDS, Kind, living_among, require_both_places
from uploads_app.services.moving.removal import remove_bytes
from uploads_app.storage.errors import StorageAway

Progress = Callable[[int], object]


@dataclass(slots=True)
class Cleaned:
    """`lost` are keys whose bytes are not where their row says: what was left behind is all there is of them.

    `put_off` are those that could not be looked at or removed now.
    """

    objects: int = 0
    lost: list[str] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)


def clean(
    to: str, *, grace: float | None = None, jobs: int = 4, progress: Progress = lambda _: None
) -> Cleaned:
    """After a move to the place `to`: removes what was left at the other more than `grace` seconds ago.

    Each only when the bytes that took its place are there, and none while a backup is made, whose dump may count
    on the old place. May be killed and run again. Raises Conflict, StorageAway.
    """
    require_both_places(to)
    if under_way().exists():
        raise Conflict("A backup is being made; what it counts on stays until it has ended.")
    kept = settings.VITRINE_LEFT_BEHIND_KEPT if grace is None else grace
    found = Cleaned()
    with crew(jobs) as threads:
        for kind in KINDS:
            rows, last = removable(kind, to, kept), ""
            while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
                _remove(kind, to, rows.filter(pk__in=keys), threads, found)
                last = keys[-1]
                progress(len(keys))
    return found


def removable(kind: Kind, to: str, kept: float) -> QuerySet[StoredCopy]:
    """What was left behind long enough, and what an earlier run did not finish; by key."""
    aged = Q(state=State.LEFT_BEHIND, left_at__lte=Now() - timedelta(seconds=kept))
    begun = Q(state__in=UNFINISHED) & NOBODY_HOLDS
    return StoredCopy.objects.filter(aged | begun, storage=kind.source(to)).order_by("pk")


def _remove(kind: Kind, to: str, rows: QuerySet[StoredCopy], threads: Crew, found: Cleaned) -> None:
    token = uuid4()
    held = hold_for_removal(rows, token)
    keys, home = [copy.pk for copy in held], kind.target(to)
    looked = threads.each(lambda copy: _remove_one(copy, home), held, lambda: renew(keys, token), RENEW_EVERY)
    gone = [copy.pk for copy, removed in looked if removed]
    mine(gone, token).delete()
    found.objects += len(gone)
    found.put_off += [copy.pk for copy, removed in looked if removed is None]
    _give_back([copy.pk for copy, removed in looked if not removed], token)
    found.lost += living_among([copy.pk for copy, removed in looked if removed is False])


def _remove_one(copy: StoredCopy, home: str) -> bool | None:
    """False where the bytes that took its place are not there, None where a storage did not answer."""
    try:
        if not holds(home, copy.key, copy.sha256, quick=True):
            return False
        remove_bytes(copy)
    except (StorageAway, OSError):
        return None
    return True


def _give_back(keys: Sequence[str], token: UUID) -> None:
    """Left behind again; those whose file was deleted meanwhile the reconciler takes away."""
    mine(keys, token).update(state=State.LEFT_BEHIND, lease_until=None)
