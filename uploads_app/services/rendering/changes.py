"""What a change that gives other renditions writes on the file's row beside itself."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F

from uploads_app.errors import Conflict
from uploads_app.models import UploadedFile
from uploads_app.services.rendering.wake import wake

# Back on the list of work, as if new.
WAITING_AGAIN: dict[str, Any] = {
    "rendering": UploadedFile.Rendering.WAITING,
    "render_after": None,
    "render_attempts": 0,
    "render_deaths": 0,
    "render_late": 0,
}
# What was begun before the change cannot end after it.
CHANGED: dict[str, Any] = {**WAITING_AGAIN, "revision": F("revision") + 1}


def hold_unchanged(file: UploadedFile) -> None:
    """Locks a file's row until the caller's transaction ends, for what follows from it as it was read.

    Raises Conflict when it was changed or deleted since: what it said then may show what was cropped away.
    """
    as_read = UploadedFile.objects.select_for_update().filter(
        pk=file.pk, lifecycle=UploadedFile.Lifecycle.READY, revision=file.revision
    )
    if as_read.first() is None:
        raise Conflict("The picture was changed or deleted meanwhile.")


def render_again(file_ids: Iterable[UUID]) -> None:
    """Has the renditions of files looked through: what they lack is made, what nothing means any more goes.

    For uses that took a crop of their own, or gave it up.
    """
    for file_id in file_ids:
        UploadedFile.objects.filter(pk=file_id).update(**CHANGED)
        wake(file_id)
