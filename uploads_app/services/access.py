"""Fetching one file with the permission check in the same query."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, F, QuerySet

from uploads_app.errors import Conflict, NotAuthenticated, NotFound, PermissionDenied
from uploads_app.models import DirectUpload, PublicCopy, Rendition, UploadedFile
from uploads_app.services.share import seconds_left
from uploads_app.statements import Statement, given
from uploads_app.visibility import Viewer, sees_all_of, showable, with_publicity

_Lifecycle = UploadedFile.Lifecycle
_NOT_READY = "This file is not ready yet."
_PRESENT = (_Lifecycle.READY, _Lifecycle.PENDING)


class Judged(Protocol):
    """What has to be known of a file to say who may see it."""

    @property
    def owner_id(self) -> Any: ...
    @property
    def owner_active(self) -> bool: ...
    @property
    def lifecycle(self) -> str: ...
    @property
    def is_showable(self) -> bool: ...
    @property
    def is_public(self) -> bool: ...
    @property
    def share_epoch(self) -> int: ...


Found = TypeVar("Found", bound=Judged)


class StoredPicture(NamedTuple):
    """A file as far as serving its bytes needs it; `size` is in bytes."""

    owner_id: Any
    owner_active: bool
    lifecycle: str
    is_showable: bool
    is_public: bool
    share_epoch: int
    storage: str
    key: str
    content_type: str
    size: int
    sha256: str
    uploaded_at: datetime
    original_filename: str
    edits: dict[str, Any]


class StoredRendition(NamedTuple):
    """A ready rendition as far as serving its bytes needs it; `size` is in bytes."""

    owner_id: Any
    owner_active: bool
    lifecycle: str
    is_showable: bool
    is_public: bool
    share_epoch: int
    storage: str
    key: str
    size: int
    sha256: str
    created_at: datetime
    original_filename: str
    public_key: str | None  # of its public copy
    public_state: str | None

    @property
    def offered_key(self) -> str:
        """The key of the copy that everybody may be sent to; empty while there is none."""
        return self.public_key or "" if self.public_state == PublicCopy.State.OFFERED else ""


def visible_picture(viewer: Viewer, file_id: UUID, *, token: str = "") -> StoredPicture:
    """What `visible_file` gives, as a plain row, for whoever only serves its bytes. One query."""
    row = _PICTURE.first(file=file_id)
    return _seen(viewer, file_id, None if row is None else StoredPicture(*row), token)


def visible_rendition(
    viewer: Viewer, file_id: UUID, preset: str, extension: str, digest: str, *, token: str = ""
) -> StoredRendition | None:
    """A ready rendition by the version in its address, if this viewer may see it. One query.

    None when no such rendition is ready, or when the viewer may not see it: `visible_file` then tells.
    """
    row = _RENDITION.first(file=file_id, preset=preset, extension=extension, digest=digest)
    found = None if row is None else StoredRendition(*row)
    return found if found is not None and _may_see(viewer, file_id, found, token) else None


def visible_file(viewer: Viewer, file_id: UUID, *, token: str = "") -> UploadedFile:
    """The ready file with this id, annotated with `is_public`, if this viewer may see it. One query.

    `token` is of a link that the viewer holds: a good one lets in wherever moderation does not object.
    Absent and private answer alike: NotAuthenticated to a visitor, NotFound to everybody else. Raises
    Conflict to the owner and staff while the file is not ready, and to the owner while it is only announced.
    """
    found: Any = _judged(UploadedFile.objects.filter(pk=file_id, lifecycle__in=_PRESENT)).first()
    file: UploadedFile = _seen(viewer, file_id, found, token)
    return file


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


def link_left(file_id: UUID, file: Judged, token: str) -> int:
    """For how many whole seconds the token of a link still opens this file; 0 for none and a bad one."""
    return seconds_left(file_id, token, file.share_epoch) if token else 0


def _judged(files: QuerySet[UploadedFile]) -> QuerySet[UploadedFile]:
    """With what `Judged` asks for."""
    judged = with_publicity(files).annotate(
        owner_active=F("owner__is_active"),
        is_showable=ExpressionWrapper(showable(), output_field=BooleanField()),
    )
    return judged.order_by()


_JUDGED = ("owner_id", "owner_active", "lifecycle", "is_showable", "is_public", "share_epoch")
_PICTURE = Statement(
    lambda: _judged(UploadedFile.objects.filter(pk=given("file"), lifecycle__in=_PRESENT)).values_list(
        *_JUDGED,
        *(
            "storage",
            "file",
            "content_type",
            "file_size",
            "sha256",
            "uploaded_at",
            "original_filename",
            "edits",
        ),
    )
)
# The file joined with the one rendition that is asked for.
_RENDITION = Statement(
    lambda: _judged(
        UploadedFile.objects.filter(
            pk=given("file"),
            lifecycle=_Lifecycle.READY,
            renditions__digest=given("digest"),
            renditions__preset=given("preset"),
            renditions__format=given("extension"),
            renditions__state=Rendition.State.READY,
        )
    ).values_list(
        *_JUDGED,
        *(f"renditions__{name}" for name in ("storage", "key", "size", "sha256", "created_at")),
        "original_filename",
        "renditions__public_copy__key",
        "renditions__public_copy__state",
    )
)


def _seen(viewer: Viewer, file_id: UUID, found: Found | None, token: str) -> Found:
    if found is not None and _may_see(viewer, file_id, found, token):
        return found
    if viewer is None or not viewer.is_authenticated:
        raise NotAuthenticated()
    if DirectUpload.objects.under_way().filter(pk=file_id, owner=viewer.pk).exists():
        raise Conflict(_NOT_READY)
    raise NotFound()


def _may_see(viewer: Viewer, file_id: UUID, file: Judged, token: str) -> bool:
    privileged = sees_all_of(viewer, file.owner_id)
    if file.lifecycle == _Lifecycle.PENDING and privileged:
        raise Conflict(_NOT_READY)
    if file.lifecycle != _Lifecycle.READY:
        return False
    return privileged or file.is_public or (_sharable(file) and bool(link_left(file_id, file, token)))


def _sharable(file: Judged) -> bool:
    return file.owner_active and file.is_showable
