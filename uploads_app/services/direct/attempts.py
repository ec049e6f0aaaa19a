"""What an attempt that died left of the file that an announced upload is to become."""

from uuid import uuid4

from uploads_app.models import UploadedFile
from uploads_app.models.announced import AnnouncedUpload
from uploads_app.services.delete import TO_PURGE, abandon, purge

_ENDED = (*TO_PURGE, UploadedFile.Lifecycle.PURGED)


def forget_attempt(row: AnnouncedUpload) -> None:
    """Takes away what an attempt before left of its file, so that this one may have the id.

    Such a file was never ready, or the upload would be done. Its row stays, under an id that nobody was told: the
    attempt may only be slow, and its bytes still come. What a row says is gone the reconciler removes whenever it
    comes; what no row names it keeps. Raises StorageAway.
    """
    file = UploadedFile.objects.filter(pk=row.pk).first()
    if file is None:
        return
    abandon(file)
    file.refresh_from_db()
    purge(file)
    UploadedFile.objects.filter(pk=row.pk, file=file.key, lifecycle__in=_ENDED).update(id=uuid4())
