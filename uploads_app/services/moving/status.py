"""`storage status`: how far a move is, counted from rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.db.models.functions import Coalesce

from uploads_app.models import StoredCopy
from uploads_app.services.moving.holds import THERE, UNFINISHED, State
from uploads_app.services.moving.kinds import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Counted:
    """Objects, and their bytes."""

    objects: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Status:
    """One kind of objects (`name`) on the move from one place to another.

    `there` are at the target, by their rows; of those at the source `copied` have a whole copy at the target
    and `to_copy` have none. `unfinished` copies were begun, at either place; `left_behind` lie at the source
    beside what is at the target.
    """

    name: str
    there: Counted
    copied: Counted
    to_copy: Counted
    unfinished: Counted
    left_behind: Counted


def status(to: str) -> list[Status]:
    """How far the move to the place `to` (local or s3) is, by kind. Asks no storage."""
    return [_of(kind, to) for kind in KINDS]


def _of(kind: Kind, to: str) -> Status:
    whole = StoredCopy.objects.filter(pk=OuterRef(kind.key), storage=kind.target(to), state__in=THERE)
    here = kind.living().filter(storage=kind.source(to))
    copies = StoredCopy.objects.filter(storage__in=kind.aliases.values())
    behind = copies.filter(storage=kind.source(to), state=State.LEFT_BEHIND)
    return Status(
        name=kind.name,
        there=_count(kind.living().filter(storage=kind.target(to)), kind.size),
        copied=_count(here.filter(Exists(whole)), kind.size),
        to_copy=_count(here.filter(~Exists(whole)), kind.size),
        unfinished=_count(copies.filter(state__in=UNFINISHED), "size"),
        left_behind=_count(behind, "size"),
    )


def _count(rows: QuerySet[Any], size: str) -> Counted:
    return Counted(**rows.aggregate(objects=Count("pk"), bytes=Coalesce(Sum(size), 0)))
