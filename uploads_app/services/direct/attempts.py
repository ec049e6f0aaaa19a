"""What an attempt that died left of the file that an announced upload is to become."""

from uploads_app.models import UploadedFile
from uploads_app.models.announced import AnnouncedUpload
from uploads_app.services.delete import abandon, purge


def forget_attempt(row: AnnouncedUpload) -> None:
    """Takes away what an attempt before left of its file, so that this one may have the id.

    Such a file was never ready, or the upload would be done. Raises StorageAway.
    """
    file = UploadedFile.objects.filter(pk=row.pk).first()
    if file is None:
        return
    abandon(file)
    file.refresh_from_db()
    purge(file)
    UploadedFile.objects.filter(pk=row.pk, lifecycle=UploadedFile.Lifecycle.PURGED).delete()
