"""The list of work: files whose rendering is `waiting`. Each is one worker's, and none waits for another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest, Least, Now

from uploads_app.locking import take
from uploads_app.models import UploadedFile

_Rendering = UploadedFile.Rendering
_MOST_ATTEMPTS = 16  # that are counted: the delay has long stopped growing


def due(limit: int) -> list[UUID]:
    """Files that wait for renditions and may be worked on now, oldest first."""
    return list(_due().order_by("uploaded_at").values_list("pk", flat=True)[:limit])


def claim(file_id: UUID) -> bool:
    """Takes a file for as long as a lease is. False when it is not due, or in somebody's hands right now."""
    return bool(take(_due().filter(pk=file_id), **_claimed()))


def claim_next() -> UUID | None:
    """Takes the oldest file that is due and in nobody's hands; None where there is none."""
    return next(iter(take(_due().order_by("uploaded_at"), limit=1, **_claimed())), None)


def hold(file: UploadedFile) -> None:
    """Keeps a claimed file for as long again."""
    _waiting(file).update(render_after=_lease())


def put_back(file: UploadedFile, delay: float) -> None:
    """Lets a file be claimed again after `delay` seconds, unless it is done or set aside by now."""
    _waiting(file).update(render_after=Now() + timedelta(seconds=delay))


def leave(file: UploadedFile, delay: float) -> None:
    """The same for who met no fault, as where others are at it: it is no attempt, but that there was one."""
    attempts = Greatest(F("render_attempts") - 1, Least(F("render_attempts"), Value(1)))
    _waiting(file).update(render_after=Now() + timedelta(seconds=delay), render_attempts=attempts)


def somebody_waits_for_the_first() -> bool:
    """Whether there is a file of which nothing was tried yet."""
    return _due().filter(render_attempts=0).exists()


def _due() -> QuerySet[UploadedFile]:
    return UploadedFile.objects.filter(
        Q(render_after__isnull=True) | Q(render_after__lte=Now()),
        rendering=_Rendering.WAITING,
        lifecycle=UploadedFile.Lifecycle.READY,
    )


def _waiting(file: UploadedFile) -> QuerySet[UploadedFile]:
    return UploadedFile.objects.filter(pk=file.pk, rendering=_Rendering.WAITING)


def _claimed() -> dict[str, Any]:
    attempts = Least(F("render_attempts") + 1, Value(_MOST_ATTEMPTS))
    return {"render_after": _lease(), "render_attempts": attempts}


def _lease() -> Any:
    return Now() + timedelta(seconds=settings.VITRINE_RENDER_LEASE)
