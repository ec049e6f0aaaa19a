"""Fetching one file with the permission check in the same query."""

from uuid import UUID

from uploads_app.errors import Conflict, NotAuthenticated, NotFound, PermissionDenied
from uploads_app.models import UploadedFile
from uploads_app.visibility import Viewer, sees_all_of, with_publicity

_PRESENT = (UploadedFile.Lifecycle.READY, UploadedFile.Lifecycle.PENDING)


def visible_file(viewer: Viewer, file_id: UUID) -> UploadedFile:
    """The ready file with this id, annotated with `is_public`, if this viewer may see it. One query.

    Absent and private answer alike: NotAuthenticated to a visitor, NotFound to everybody else. Raises
    Conflict to the owner and staff while the file is not ready.
    """
    known = viewer is not None and viewer.is_authenticated
    file = with_publicity(UploadedFile.objects.filter(pk=file_id, lifecycle__in=_PRESENT)).first()
    if file is not None:
        privileged = sees_all_of(viewer, file.owner_id)
        if file.lifecycle == UploadedFile.Lifecycle.PENDING and privileged:
            raise Conflict("This file is not ready yet.")
        if file.is_active and (privileged or file.is_public):  # type: ignore[attr-defined]
            return file
    if not known:
        raise NotAuthenticated()
    raise NotFound()


def own_file(viewer: Viewer, file_id: UUID, *, staff_too: bool = False) -> UploadedFile:
    """The same, for its owner alone (or staff as well): to change it, or to read what others may not.

    Raises PermissionDenied to those who may see the file, and what `visible_file` raises.
    """
    file = visible_file(viewer, file_id)
    if viewer is None or not viewer.is_authenticated:
        raise NotAuthenticated()
    if file.owner_id == viewer.pk or (staff_too and sees_all_of(viewer, file.owner_id)):
        return file
    raise PermissionDenied()
