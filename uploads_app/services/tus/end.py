"""Uploads in parts that become no file: ended by their owner, or over."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from uploads_app.errors import Conflict, VitrineError
from uploads_app.images.errors import ImageError
from uploads_app.models import TusPart, TusUpload
from uploads_app.services.direct.claims import ENDED
from uploads_app.services.tus import parts
from uploads_app.services.tus.complete import FORGOTTEN, refusal
from uploads_app.services.tus.find import require_usable

_State = TusUpload.State
_OVER = (_State.FAILED, _State.DONE)


def end(row: TusUpload) -> None:
    """Ends an upload, and removes what came. Raises Conflict for one that is a file or just becomes one, Gone."""
    if not _ended(row):
        require_usable(row)
        raise Conflict("This upload is a file already, or is becoming one.")


def refuse(row: TusUpload, error: VitrineError | ImageError) -> None:
    """The same, saying why, for one that may be over already."""
    _ended(row, refusal=refusal(error))


def _ended(row: TusUpload, **said: Any) -> bool:
    going = TusUpload.objects.filter(pk=row.pk).under_way().unheld()
    if not going.update(state=_State.FAILED, **ENDED, **FORGOTTEN, **said):
        return False
    parts.remove_quietly(parts.kept(row))
    return True


def expire() -> int:
    """Ends uploads whose time is over, or whose account was switched off, and removes what is of no use any more.

    Says how many were ended. What the storage does not remove now stays for the next time. A part that somebody
    may still be writing is left alone; so is an upload under a lease. Rows stay for a while, to tell that it is over.
    """
    ended = TusUpload.objects.over().unheld().update(state=_State.FAILED, **ENDED, **FORGOTTEN)
    written = Now() - timedelta(seconds=settings.VITRINE_UPLOAD_LEASE)
    # Said before it is done: whoever is still writing one, and slow, cannot have it counted any more.
    late = TusPart.objects.filter(state=TusPart.State.WRITING, created_at__lte=written)
    late.update(state=TusPart.State.GOING)
    parts.remove_quietly(
        TusPart.objects.filter(
            Q(state=TusPart.State.GOING) | Q(state=TusPart.State.KEPT, upload__state__in=_OVER)
        )
    )
    age = Now() - timedelta(seconds=settings.VITRINE_IDEMPOTENCY_TTL)
    TusUpload.objects.filter(state__in=_OVER, expires_at__lte=age, parts=None).delete()
    return ended
