"""The present files that are copies of a picture: what a rejection can take along."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from uploads_app.hashes import unsigned
from uploads_app.models import BannedPicture, UploadedFile
from uploads_app.services.moderation.similar import near_files_of


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like another picture a present file is: in all but so many bits of 64, or by the same bytes."""

    file_id: UUID
    distance: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """The same with the file itself."""

    file: UploadedFile
    distance: int
    exact: bool


def likenesses(
    of: UploadedFile | BannedPicture, hashes: Collection[int] = (), *, rejected: bool = True
) -> list[Likeness]:
    """Ready files with the bytes, or nearly the looks, of a file (itself left out) or of a standing ban.

    Same bytes come first, then the nearest. For a file, `hashes` are those that its copies may have
    (`bans.hashes_of`); without them only its own looks are gone by. `rejected` False leaves out what is
    rejected already. At most four queries, whatever is found, and all that is found comes back.
    """
    if isinstance(of, BannedPicture):
        hashes = [unsigned(kept) for kept in of.hashes.values_list("hash", flat=True)]
    elif not hashes:
        hashes = [unsigned(of.phash)]
    near = dict(near_files_of(hashes))
    files = UploadedFile.objects.filter(lifecycle=UploadedFile.Lifecycle.READY)
    if isinstance(of, UploadedFile):
        files = files.exclude(pk=of.pk)
    if not rejected:
        files = files.exclude(moderation=UploadedFile.Moderation.REJECTED)
    rows = files.filter(Q(pk__in=near) | Q(sha256=of.sha256)).values_list("pk", "sha256")
    found = [Likeness(pk, near.get(pk, 0), sha256 == of.sha256) for pk, sha256 in rows]
    return sorted(found, key=lambda one: (not one.exact, one.distance, one.file_id))


def present_copies(
    of: UploadedFile | BannedPicture,
    hashes: Collection[int] = (),
    *,
    rejected: bool = True,
    most: int | None = None,
) -> list[Copy]:
    """The first `most` of `likenesses`, each with its file and owner, in one query more."""
    found = likenesses(of, hashes, rejected=rejected)[:most]
    files = UploadedFile.objects.select_related("owner").in_bulk([one.file_id for one in found])
    return [Copy(files[one.file_id], one.distance, one.exact) for one in found]
