"""Fetching one file with the permission check in the same query."""

from uuid import UUID

from django.db.models import F, QuerySet

from uploads_app.errors import Conflict, NotAuthenticated, NotFound, PermissionDenied
from uploads_app.models import Rendition, UploadedFile
from uploads_app.visibility import Viewer, sees_all_of, with_publicity

_PRESENT = (UploadedFile.Lifecycle.READY, UploadedFile.Lifecycle.PENDING)


def visible_file(viewer: Viewer, file_id: UUID, *, shared: bool = False) -> UploadedFile:
    """The ready file with this id, annotated with `is_public`, if this viewer may see it. One query.

    `shared` says that the viewer holds a link to it, which lets in wherever moderation does not object.
    Absent and private answer alike: NotAuthenticated to a visitor, NotFound to everybody else. Raises
    Conflict to the owner and staff while the file is not ready.
    """
    present = UploadedFile.objects.filter(pk=file_id, lifecycle__in=_PRESENT)
    file = _annotated(present).first()
    if file is not None and _may_see(viewer, file, shared):
        return file
    raise NotFound() if _known(viewer) else NotAuthenticated()


def visible_rendition(
    viewer: Viewer, file_id: UUID, preset: str, extension: str, digest: str, *, shared: bool = False
) -> tuple[UploadedFile, Rendition] | None:
    """A ready rendition by the version in its address, with its file, if this viewer may see it. One query.

    None when no such rendition is ready, or when the viewer may not see it: `visible_file` then tells.
    """
    rows = Rendition.objects.filter(
        file=file_id, digest=digest, preset=preset, format=extension, state=Rendition.State.READY
    )
    files = UploadedFile.objects.filter(renditions__in=rows, lifecycle=UploadedFile.Lifecycle.READY)
    with_row = _annotated(files).annotate(
        **{f"rendition_{name}": F(f"renditions__{name}") for name in _RENDITION_FIELDS}
    )
    file = with_row.first()
    if file is None or not _may_see(viewer, file, shared):
        return None
    fields = {name: getattr(file, f"rendition_{name}") for name in _RENDITION_FIELDS}
    return file, Rendition(
        file=file, digest=digest, preset=preset, format=extension, state=Rendition.State.READY, **fields
    )


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


_RENDITION_FIELDS = ("id", "key", "size", "sha256", "width", "height", "created_at")


def _annotated(files: QuerySet[UploadedFile]) -> QuerySet[UploadedFile]:
    return with_publicity(files).annotate(owner_active=F("owner__is_active")).order_by()


def _may_see(viewer: Viewer, file: UploadedFile, shared: bool) -> bool:
    privileged = sees_all_of(viewer, file.owner_id)
    if file.lifecycle == UploadedFile.Lifecycle.PENDING and privileged:
        raise Conflict("This file is not ready yet.")
    if not file.is_active:
        return False
    return privileged or file.is_public or (shared and _sharable(file))  # type: ignore[attr-defined]


def _sharable(file: UploadedFile) -> bool:
    active: bool = file.owner_active  # type: ignore[attr-defined]
    return active and file.moderation != UploadedFile.Moderation.REJECTED


def _known(viewer: Viewer) -> bool:
    return viewer is not None and viewer.is_authenticated
