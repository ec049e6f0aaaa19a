"""Who may see which file: the one rule, as a queryset.

A file is seen by its owner and staff always, and by everybody while it is in public use and moderation
has not hidden it. What public use is, the other rooms say: each registers a `Use` from its AppConfig.
Bytes, metadata, lists and every use of a file ask here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from uploads_app.images.recipes import Crop
from uploads_app.models import UploadedFile

Viewer = AbstractBaseUser | AnonymousUser | None


@dataclass(frozen=True, slots=True)
class UsedBy:
    """One place a file is in use, for its owner."""

    kind: str  # "profile", "gig"
    id: str
    title: str
    url: str  # of the page where its owner changes that use, as an absolute path
    shown_at: str = ""  # of the page where others see it, if there is one
    staff_url: str = ""  # of its page in the admin
    staff_needs: str = ""  # the permission without which that page is refused


class Use(Protocol):
    """What a room uses files for."""

    def public(self) -> Q:
        """A condition on UploadedFile: the file is in use, and that is public."""

    def used_by(self, file_ids: Sequence[UUID]) -> dict[UUID, list[UsedBy]]:
        """Where these files are in use, in a constant number of queries."""

    def detach(self, file_ids: Sequence[UUID]) -> None:
        """Ends every use of these files. Called inside the transaction that deletes them."""

    def crops(self, file_ids: Sequence[UUID]) -> dict[UUID, list[Crop]]:
        """The crops that uses of these files have of their own, in a constant number of queries."""


_uses: list[Use] = []


def register(use: Use) -> None:
    """Adds a use. Called once per process, from AppConfig.ready."""
    _uses.append(use)


def each_has(rows: QuerySet[Any]) -> Combinable:
    """A condition: there are such rows, which name an outer one. Looked up row by row, however many there may be.

    In place of EXISTS, which PostgreSQL answers from a list of all there are, made beforehand, where it expects
    many rows to be asked about. Of a page of twenty out of thousands it does.
    """
    one = rows.order_by().annotate(there=Value(True)).values("there")[:1]
    return Coalesce(Subquery(one), Value(False), output_field=BooleanField())


def showable(at: str = "") -> Q:
    """A condition on UploadedFile: moderation lets others than its owner and staff see it.

    `at` is the way to the file from another model, such as "file__". By the setting VITRINE_MODERATION a
    file is shown until it is rejected (`after`), or only once it is approved (`before`).
    """
    free = Q(**{f"{at}withheld": "", f"{at}legal_hold": False})
    if settings.VITRINE_MODERATION == "before":
        return free & Q(**{f"{at}moderation": UploadedFile.Moderation.APPROVED})
    return free & ~Q(**{f"{at}moderation": UploadedFile.Moderation.REJECTED})


def is_showable(file: UploadedFile) -> bool:
    """The same of a file in hand."""
    State = UploadedFile.Moderation
    wanted = (
        [State.APPROVED] if settings.VITRINE_MODERATION == "before" else [State.APPROVED, State.UNREVIEWED]
    )
    return file.moderation in wanted and not file.withheld and not file.legal_hold


def in_public() -> Q:
    """A condition on UploadedFile: everybody may see it."""
    used = Q(pk__in=[])
    for use in _uses:
        used |= use.public()
    return Q(lifecycle=UploadedFile.Lifecycle.READY) & showable() & used


def with_publicity(files: QuerySet[UploadedFile]) -> QuerySet[UploadedFile]:
    """The same files, each with `is_public`: whether everybody may see it."""
    return files.annotate(is_public=ExpressionWrapper(in_public(), output_field=BooleanField()))


def sees_all_of(viewer: Viewer, owner_id: object) -> bool:
    """Whether this viewer sees every ready file of that owner: the owner and staff do."""
    known = viewer is not None and viewer.is_authenticated
    return known and (viewer.pk == owner_id or getattr(viewer, "acts_as_staff", False))  # type: ignore[union-attr]


def visible_to(viewer: Viewer) -> QuerySet[UploadedFile]:
    """The ready files that this viewer may see; None and AnonymousUser are visitors."""
    ready = UploadedFile.objects.filter(lifecycle=UploadedFile.Lifecycle.READY)
    if viewer is None or not viewer.is_authenticated:
        return ready.filter(in_public())
    if getattr(viewer, "acts_as_staff", False):
        return ready
    return ready.filter(Q(owner=viewer.pk) | in_public())


def used_by(file_ids: Iterable[UUID]) -> dict[UUID, list[UsedBy]]:
    """Where each of these files is in use; files in no use are absent."""
    ids = list(file_ids)
    found: dict[UUID, list[UsedBy]] = {}
    for use in _uses:
        for file_id, places in use.used_by(ids).items():
            found.setdefault(file_id, []).extend(places)
    return found


def crops(file_ids: Iterable[UUID]) -> dict[UUID, list[Crop]]:
    """The crops that uses of these files have of their own; files without any are absent."""
    ids = list(file_ids)
    found: dict[UUID, list[Crop]] = {}
    for use in _uses:
        for file_id, own in use.crops(ids).items():
            found.setdefault(file_id, []).extend(own)
    return found


def detach(file_ids: Sequence[UUID]) -> None:
    """Ends every use of these files, within the caller's transaction."""
    for use in _uses:
        use.detach(file_ids)
