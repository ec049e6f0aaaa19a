"""The queue of staff, and what was decided, as pages. Whom waiting harms most comes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from uploads_app import pagination
from uploads_app.errors import Invalid
from uploads_app.hashes import unsigned
from uploads_app.models import UploadedFile
from uploads_app.pagination import Page
from uploads_app.rendition_sets import attach_renditions
from uploads_app.services.moderation.similar import near_files

COUNTED = 1000  # files are counted up to here: further on a number helps nobody, and costs time
PER_PAGE = 24
_Rank, _State = UploadedFile.QueueRank, UploadedFile.Moderation
_ORDER = ("-queue_rank", "uploaded_at", "pk")


class Which(StrEnum):
    """Which files of all that are ready."""

    WAITING = "waiting"  # whatever staff should look at
    UNREVIEWED = "unreviewed"
    WITHHELD = "withheld"
    APPROVED = "approved"
    REJECTED = "rejected"
    ALL = "all"

    @property
    def queued(self) -> bool:
        """Whether they stand in the queue, and come in its order; the others come newest first."""
        return self in (Which.WAITING, Which.UNREVIEWED, Which.WITHHELD)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed by, all of it at once. `reported` counts people, ages are since upload."""

    which: Which = Which.WAITING
    category: str = ""
    reported: int = 0
    owner: str = ""  # a username
    older: timedelta | None = None
    newer: timedelta | None = None
    among: Collection[UUID] | None = None  # these files alone


@dataclass(frozen=True, slots=True)
class Counts:
    """How many files there are, COUNTED at most, and how many of those by rank."""

    total: int
    more: bool
    by_rank: Mapping[int, int]


def queue_page(wanted: Wanted, *, cursor: str | None = None, limit: int = PER_PAGE) -> Page[UploadedFile]:
    """A page of files with their owners and, for pages, their renditions.

    Two queries, on the last page of a rank three, however many files wait. Raises Invalid for a cursor that
    was not given out.
    """
    files = wanted_files(wanted).select_related("owner")
    if wanted.which.queued:
        page = _in_order(files, cursor, limit)
    else:
        page = pagination.page(files, pagination.newest("uploaded_at"), limit=limit, cursor=cursor)
    attach_renditions(page.rows, for_pages=True)
    return page


def count(wanted: Wanted) -> Counts:
    """Counts the first COUNTED files, in one query."""
    files = wanted_files(wanted)
    files = files.order_by(*_ORDER) if wanted.which.queued else files.order_by()
    ranks = Counter(files.values_list("queue_rank", flat=True)[: COUNTED + 1])
    total = ranks.total()
    return Counts(min(total, COUNTED), total > COUNTED, ranks)


def wanted_files(wanted: Wanted) -> QuerySet[UploadedFile]:
    """The files themselves, in no order."""
    files = UploadedFile.objects.filter(_of(wanted.which), lifecycle=UploadedFile.Lifecycle.READY)
    if wanted.category:
        files = files.filter(category=wanted.category)
    if wanted.reported:
        files = files.filter(reports_open__gte=wanted.reported)
    if wanted.owner:
        files = files.filter(owner__username=wanted.owner)
    now = timezone.now()
    if wanted.older is not None:
        files = files.filter(uploaded_at__lte=now - wanted.older)
    if wanted.newer is not None:
        files = files.filter(uploaded_at__gte=now - wanted.newer)
    if wanted.among is not None:
        files = files.filter(pk__in=wanted.among)
    return files


def look_alikes(file_id: UUID) -> list[UUID]:
    """A ready file and all that look nearly like it, in three queries; none where there is no such file."""
    ready = UploadedFile.objects.filter(pk=file_id, lifecycle=UploadedFile.Lifecycle.READY)
    found = ready.values_list("phash", flat=True).first()
    if found is None:
        return []
    return [file_id, *(near for near, _ in near_files(unsigned(found)) if near != file_id)]


def _of(which: Which) -> Q:
    """Conditions that the partial indexes file_queue and file_decided_newest answer."""
    queued = Q(queue_rank__gt=_Rank.OUT)
    match which:
        case Which.WAITING:
            return queued
        case Which.UNREVIEWED:
            return queued & Q(moderation=_State.UNREVIEWED)
        case Which.WITHHELD:
            return queued & Q(queue_rank__gte=_Rank.WITHHELD)
        case Which.APPROVED | Which.REJECTED:
            return Q(moderation=which.value, moderation__in=[_State.APPROVED, _State.REJECTED])
    return Q()


def _in_order(files: QuerySet[UploadedFile], cursor: str | None, limit: int) -> Page[UploadedFile]:
    """As pagination.page, by three columns of which one descends.

    One condition over all three would be walked from the beginning of a rank. So it is the rest of the rank
    first, and the ranks below where that is too little: both begin at a place of the index.
    """
    files = files.order_by(*_ORDER)
    if cursor is None:
        found = list(files[: limit + 1])
    else:
        rank, moment, pk = _read(cursor)
        past = Q(uploaded_at__gt=moment) | Q(uploaded_at=moment, pk__gt=pk)
        same_rank = files.filter(past, queue_rank=rank, uploaded_at__gte=moment)
        found = list(same_rank.order_by(*_ORDER[1:])[: limit + 1])
        if len(found) <= limit:
            found += files.filter(queue_rank__lt=rank)[: limit + 1 - len(found)]
    more, found = len(found) > limit, found[:limit]
    return Page(rows=found, next=_write(found[-1]) if more else None, previous=None)


def _write(file: UploadedFile) -> str:
    return f"{file.queue_rank}~{file.uploaded_at.isoformat()}~{file.pk}"


def _read(cursor: str) -> tuple[int, object, UUID]:
    try:
        rank, moment, pk = cursor.split("~")
        return _Rank(int(rank)), pagination.moment(moment), UUID(pk)
    except ValueError as error:
        raise Invalid.field("cursor", "This cursor was not given out here.") from error
