"""What a moderator should know of each file of a page before deciding, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from uploads_app import visibility
from uploads_app.models import Appeal, ModerationEvent, Report, UploadedFile
from uploads_app.visibility import UsedBy

LAST = 5  # steps of a history, and reports in full, that are shown of each file
_READY, _PLAIN = UploadedFile.Lifecycle.READY, UploadedFile.QueueRank.PLAIN


@dataclass(frozen=True, slots=True)
class Record:
    """How an owner's files that are there fared; `reported` are those that somebody should look at for it."""

    approved: int = 0
    rejected: int = 0
    reported: int = 0


@dataclass(slots=True)
class Evidence:
    """All of it for one file; lists are newest first, `reasons` counts all its reports by their reason."""

    record: Record = field(default_factory=Record)
    uses: Sequence[UsedBy] = ()
    reasons: list[tuple[str, int]] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    appeal: str = ""
    events: list[ModerationEvent] = field(default_factory=list)


def evidence_of(files: Sequence[UploadedFile]) -> dict[UUID, Evidence]:
    """Evidence by file, every one included. Reports come with their reporters: whose names are shown is
    for the caller to judge."""
    ids = [file.pk for file in files]
    found = {pk: Evidence() for pk in ids}
    records = _records({file.owner_id for file in files})
    for file in files:
        found[file.pk].record = records.get(file.owner_id, Record())
    for pk, uses in visibility.used_by(ids).items():
        found[pk].uses = uses
    for pk, reason, many in _reasons(ids):
        found[pk].reasons.append((reason, many))
    for report in _last(Report.objects.select_related("reporter"), ids):
        found[report.file_id].reports.append(report)
    for appeal in Appeal.objects.filter(file__in=ids, state=Appeal.State.OPEN):
        found[appeal.file_id].appeal = appeal.text
    # Proof of a takedown is large, and read as a document alone.
    for event in _last(ModerationEvent.objects.defer("evidence"), ids):
        found[event.file_id].events.append(event)
    return found


def _records(owner_ids: Iterable[Any]) -> dict[Any, Record]:
    """Only what stands out is counted, by an index of just that: most files of most people wait unseen."""
    theirs = UploadedFile.objects.filter(~Q(queue_rank=_PLAIN), owner__in=owner_ids, lifecycle=_READY)
    counted = theirs.order_by().values("owner").annotate(
        approved=Count("pk", filter=Q(moderation="approved")),
        rejected=Count("pk", filter=Q(moderation="rejected")),
        reported=Count("pk", filter=Q(reports_open__gt=0)),
    )  # fmt: skip
    rows = counted.values_list("owner", "approved", "rejected", "reported")
    return {owner: Record(*numbers) for owner, *numbers in rows}


def _reasons(ids: Sequence[UUID]) -> list[tuple[UUID, str, int]]:
    counted = Report.objects.filter(file__in=ids).values("file", "reason").annotate(many=Count("pk"))
    return list(counted.order_by("-many", "reason").values_list("file", "reason", "many"))


def _last(rows: QuerySet[Any], ids: Sequence[UUID]) -> QuerySet[Any]:
    """The newest LAST rows of each file."""
    numbered = rows.filter(file__in=ids).annotate(
        nth=Window(RowNumber(), partition_by=[F("file")], order_by=F("pk").desc())
    )
    last: QuerySet[Any] = numbered.filter(nth__lte=LAST).order_by("-pk")
    return last
