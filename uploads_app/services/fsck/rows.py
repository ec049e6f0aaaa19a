"""What rows alone tell of: uploads and deletes that never ended, uses, renditions and counters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from uploads_app import visibility
from uploads_app.models import UploadedFile
from uploads_app.services.fsck.findings import Finding, Kind
from uploads_app.services.recount import drifted
from uploads_app.services.rendering.plan import compared

_BATCH = 500
_Lifecycle = UploadedFile.Lifecycle


def wrong_rows(grace: float, prefix: str = "") -> Iterator[Finding]:
    """All that rows tell of; what has no key, only without `prefix`. `grace` in seconds."""
    files = UploadedFile.objects.filter(file__startswith=prefix)
    yield from _unfinished(files, Now() - timedelta(seconds=grace))
    yield from _renditions(files)
    if not prefix:
        yield from _dangling()
        for owner in drifted():
            yield Finding(Kind.QUOTA_DRIFT, by="usage", row=str(owner))


def _unfinished(files: QuerySet[UploadedFile], long_ago: object) -> Iterator[Finding]:
    pending = Q(lifecycle=_Lifecycle.PENDING, lease_until__lte=long_ago)
    leaving = Q(lifecycle__in=[_Lifecycle.DELETED, _Lifecycle.FAILED], deleted_at__lte=long_ago)
    for file in files.filter(pending | leaving, legal_hold=False).order_by("pk").iterator(_BATCH):
        waits = file.lifecycle == _Lifecycle.PENDING
        kind = Kind.STALE_PENDING if waits else Kind.ZOMBIE
        detail = "" if waits else f"{file.lifecycle}, and not purged yet"
        yield Finding(kind, file.storage, file.key, "file", str(file.pk), detail)


def _dangling() -> Iterator[Finding]:
    """Uses of files that are not ready. Attaching and deleting lock the file, so no use is between them."""
    gone = UploadedFile.objects.exclude(lifecycle=_Lifecycle.READY).order_by("pk")
    ids = gone.values_list("pk", flat=True).iterator(_BATCH)
    while batch := list(islice(ids, _BATCH)):
        for file_id in _still_dangling(list(visibility.used_by(batch))):
            for place in visibility.used_by([file_id]).get(file_id, ()):
                yield Finding(
                    Kind.DANGLING_REF, by="file", row=str(file_id), detail=f"{place.kind} {place.id}"
                )


def _still_dangling(suspects: Sequence[UUID]) -> list[UUID]:
    gone = UploadedFile.objects.filter(pk__in=suspects).exclude(lifecycle=_Lifecycle.READY)
    return list(gone.order_by("pk").values_list("pk", flat=True)) if suspects else []


def _renditions(files: QuerySet[UploadedFile]) -> Iterator[Finding]:
    """Files of which nothing waits to be made, and something is not there, or is of no present recipe."""
    finished = files.filter(lifecycle=_Lifecycle.READY, rendering=UploadedFile.Rendering.DONE)
    suspects = (file.pk for file, missing, stale in compared(finished) if missing or stale)
    while batch := list(islice(suspects, _BATCH)):
        for file, missing, stale in compared(finished.filter(pk__in=batch)):
            # As it was when its renditions were read, and finished then.
            if (missing or stale) and finished.filter(pk=file.pk, revision=file.revision).exists():
                detail = f"{len(missing)} not made, {len(stale)} stale"
                yield Finding(Kind.RENDITION, by="file", row=str(file.pk), detail=detail)
