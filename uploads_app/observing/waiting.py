"""Since when files wait for staff: not since they were uploaded, but since somebody asked for a decision."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from uploads_app.models import Appeal, ModerationEvent, Report, UploadedFile

_Action, _Rank = ModerationEvent.Action, UploadedFile.QueueRank
_DECISIONS = (_Action.APPROVE, _Action.REJECT, _Action.TAKEDOWN)


def asked_at(rank: UploadedFile.QueueRank) -> Combinable:
    """The moment from which a file of this rank waits, by the file's row; new ones wait from their upload."""
    asked = [_first(rows) for rows in _asked(rank)]
    return Coalesce(*asked, F("uploaded_at")) if asked else F("uploaded_at")


def _asked(rank: UploadedFile.QueueRank) -> list[QuerySet[Any]]:
    """Who asked for it; where there is none of the first, the next."""
    match rank:
        case _Rank.APPEAL:
            return [Appeal.objects.filter(file=OuterRef("pk"), state=Appeal.State.OPEN).order_by("pk")]
        case _Rank.WITHHELD:
            hidden = ModerationEvent.objects.filter(file=OuterRef("pk"), action=_Action.WITHHOLD)
            return [hidden.order_by("-pk")]
        case _Rank.REPORTED:
            reports = Report.objects.filter(file=OuterRef("pk"))
            # A decision that was taken back answered none: the newest is then near enough.
            return [
                reports.exclude(Exists(_answers())).order_by("created_at"),
                reports.order_by("-created_at"),
            ]
        case _:
            return []


def _answers() -> QuerySet[ModerationEvent]:
    """The decisions that came after a report."""
    return ModerationEvent.objects.filter(
        file=OuterRef("file"), action__in=_DECISIONS, created_at__gt=OuterRef("created_at")
    )


def _first(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.values("created_at")[:1])
