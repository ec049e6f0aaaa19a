"""Numbers of moderation for staff: what waits, what was decided, what comes in, who stands out.

Days are of UTC. What 10^6 files cost: the queue is read by its partial index, at most COUNTED rows for each
rank; the last DAYS of decisions and of reports by their indexes on time, so by what was decided or reported
then, and of uploads by the index of the newest, so by what came in then, which is read row by row. Storage
and offenders are lists of LISTED: the one sorts a row for each person, the other reads the index of decided
files and the queue's. None of it locks anything, and all is kept for a minute (`statistics`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from uploads_app.models import ModerationEvent, Report, StorageUsage, UploadedFile

DAYS = 30
COUNTED = 1000  # of a rank of the queue; more are "1,000+"
LISTED = 20
_KEPT = 60  # seconds
_READY = UploadedFile.Lifecycle.READY
_DECISIONS = ("approve", "reject", "takedown")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One rank of the queue; `count` is COUNTED + 1 for more than are counted."""

    rank: str
    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Daily:
    """Amounts by day, the oldest first: `series` has a row of len(days) for each name that occurred."""

    days: list[date]
    series: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a list; `rejected` and `reports` are of files that are there."""

    username: str
    owner_id: Any
    files: int = 0
    bytes: int = 0
    rejected: int = 0
    reports: int = 0


@dataclass(frozen=True, slots=True)
class Statistics:
    """All of the dashboard, as of `at`."""

    at: datetime
    queue: list[Waiting]
    decisions: Daily
    uploads: Daily
    upload_bytes: Daily
    reports: Daily
    storage: list[Person]
    offenders: list[Person]


def statistics() -> Statistics:
    """The numbers of now, or of at most a minute ago; fewer than a dozen queries."""
    found: Statistics | None = cache.get("moderation-statistics")
    if found is None:
        found = counted_now()
        cache.set("moderation-statistics", found, _KEPT)
    return found


def counted_now() -> Statistics:
    """The same, counted anew."""
    now = timezone.now()
    today = now.astimezone(UTC).date()
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    since = datetime.combine(days[0], datetime.min.time(), UTC)
    files, sizes = _uploads(days, since)
    return Statistics(
        at=now,
        queue=queue(),
        decisions=_decisions(days, since),
        uploads=files,
        upload_bytes=sizes,
        reports=_reports(days, since),
        storage=_storage(),
        offenders=_offenders(),
    )


def queue() -> list[Waiting]:
    """Each rank of the queue, the most urgent first: a query each, by the queue's own index."""
    ranks = sorted(UploadedFile.QueueRank, reverse=True)
    return [_waiting(rank) for rank in ranks if rank != UploadedFile.QueueRank.OUT]


def _waiting(rank: UploadedFile.QueueRank) -> Waiting:
    rows = UploadedFile.objects.filter(lifecycle=_READY, queue_rank=rank).order_by("uploaded_at", "pk")
    times = list(rows.values_list("uploaded_at", flat=True)[: COUNTED + 1])
    return Waiting(rank.label, len(times), next(iter(times), None))


def _decisions(days: list[date], since: datetime) -> Daily:
    rows = ModerationEvent.objects.filter(created_at__gte=since, action__in=_DECISIONS)
    return _daily(days, _by_day(rows, "created_at", "action", many=Count("pk")), "action", "many")


def _uploads(days: list[date], since: datetime) -> tuple[Daily, Daily]:
    """Files and bytes; what was purged since has no bytes left, and counts as a file."""
    rows = UploadedFile.objects.filter(uploaded_at__gte=since).exclude(lifecycle__in=["pending", "failed"])
    counted = _by_day(rows, "uploaded_at", "category", many=Count("pk"), size=Sum("file_size"))
    return _daily(days, counted, "category", "many"), _daily(days, counted, "category", "size")


def _reports(days: list[date], since: datetime) -> Daily:
    rows = Report.objects.filter(created_at__gte=since)
    return _daily(days, _by_day(rows, "created_at", "reason", many=Count("pk")), "reason", "many")


def _by_day(rows: QuerySet[Any], moment: str, kind: str, **amounts: Any) -> list[dict[str, Any]]:
    day = TruncDate(moment, tzinfo=UTC)
    return list(rows.order_by().annotate(day=day).values("day", kind).annotate(**amounts))


def _daily(days: list[date], rows: list[dict[str, Any]], kind: str, amount: str) -> Daily:
    place = {day: number for number, day in enumerate(days)}
    series: dict[str, list[int]] = {}
    for row in rows:
        if row["day"] in place:
            series.setdefault(row[kind], [0] * len(days))[place[row["day"]]] = row[amount]
    return Daily(days, dict(sorted(series.items())))


def _storage() -> list[Person]:
    rows = StorageUsage.objects.filter(bytes__gt=0).select_related("owner").order_by("-bytes", "owner")
    return [
        Person(row.owner.get_username(), row.owner_id, files=row.files, bytes=row.bytes)
        for row in rows[:LISTED]
    ]


def _offenders() -> list[Person]:
    """Whose files were rejected or are reported most."""
    standing_out = Q(moderation="rejected") | Q(queue_rank__gt=1, reports_open__gt=0)
    rows = (
        UploadedFile.objects.filter(standing_out, lifecycle=_READY, owner__isnull=False)
        .order_by()
        .values("owner", "owner__username")
        .annotate(rejected=Count("pk", filter=Q(moderation="rejected")), open_reports=Sum("reports_open"))
        .order_by("-rejected", "-open_reports", "owner")
    )
    return [
        Person(row["owner__username"], row["owner"], rejected=row["rejected"], reports=row["open_reports"])
        for row in rows[:LISTED]
    ]
