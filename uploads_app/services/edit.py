"""Editing without loss: crop, turn, flip and filters are data; the stored original never changes."""

from django.db import transaction

from uploads_app.edits import to_json
from uploads_app.errors import NotFound
from uploads_app.images.recipes import UNEDITED, Edits
from uploads_app.models import UploadedFile
from uploads_app.services.moderation.withhold import return_changed
from uploads_app.services.rendering.changes import CHANGED
from uploads_app.services.rendering.retire import retire_all
from uploads_app.services.rendering.wake import wake

_STANDING = ("moderation", "moderation_serial", "queue_rank")


def edit(file: UploadedFile, edits: Edits) -> None:
    """Makes these the edits of a ready file, in place of those it had.

    When it returns nobody but the owner and staff sees what was there before: its renditions are out of
    service, and the new ones follow under new addresses. The same edits again change nothing.
    Raises NotFound when the file was deleted meanwhile.
    """
    kept = to_json(edits)
    with transaction.atomic():
        ready = UploadedFile.objects.select_for_update().filter(
            pk=file.pk, lifecycle=UploadedFile.Lifecycle.READY
        )
        current = ready.first()
        if current is None:
            raise NotFound()
        if current.edits != kept:
            UploadedFile.objects.filter(pk=file.pk).update(
                edits=kept, edited_placeholder="", edited_color="", **CHANGED
            )
            retire_all(file)
            return_changed([file.pk])
            wake(file.pk)
    file.refresh_from_db(
        fields=["edits", "edited_placeholder", "edited_color", "revision", "rendering", *_STANDING]
    )


def restore(file: UploadedFile) -> None:
    """Takes all edits back. Raises NotFound when the file was deleted meanwhile."""
    edit(file, UNEDITED)
