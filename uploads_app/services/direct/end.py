"""Direct uploads that become no file: cancelled by their owner, or over."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now

from uploads_app.models import DirectUpload
from uploads_app.services.direct.claims import ENDED
from uploads_app.services.direct.incoming import remove_quietly, removed
from uploads_app.visibility import Viewer

_State = DirectUpload.State


def cancel(viewer: Viewer, file_id: UUID) -> bool:
    """Ends an upload of this person that is under way; false if there is none, or one being completed."""
    if viewer is None or not viewer.is_authenticated:
        return False
    own = DirectUpload.objects.filter(pk=file_id, owner=viewer.pk)
    if not own.under_way().unheld().update(state=_State.FAILED, **ENDED):
        return False
    remove_quietly(*own)
    return True


def expire() -> int:
    """Ends uploads whose time is over, or whose account was switched off, with all that came for them.

    Says how many were ended. What the storage does not remove now stays for the next time, and keeps no
    other from going. Nothing under a lease is touched. The row of an upload that is done stays as long as an
    Idempotency-Key would.
    """
    rows = DirectUpload.objects.over()
    ended = rows.unheld().update(state=_State.FAILED, **ENDED)
    for row in rows.filter(state__in=[_State.FAILED, _State.DONE]).exclude(key=""):
        _forget(row)
    age = Now() - timedelta(seconds=settings.VITRINE_IDEMPOTENCY_TTL)
    DirectUpload.objects.filter(state=_State.DONE, key="", created_at__lte=age).delete()
    return ended


def _forget(row: DirectUpload) -> None:
    """Its key is nobody's from here on: a form that was still under way leaves a stray."""
    if not removed(row):
        return
    if row.state == _State.DONE:
        DirectUpload.objects.filter(pk=row.pk).update(key="")
    else:
        row.delete()
