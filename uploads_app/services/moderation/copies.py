"""The present files that are copies of a picture: what a rejection can take along."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from uploads_app.hashes import unsigned
from uploads_app.models import BannedPicture, UploadedFile
from uploads_app.services.moderation.similar import near_files_of


@dataclass(frozen=True, slots=True)
class Copy:
    """A present file that is like another picture: in all but so many bits of 64, or by the same bytes."""

    file: UploadedFile
    distance: int
    exact: bool


def present_copies(of: UploadedFile | BannedPicture, hashes: Collection[int] = ()) -> list[Copy]:
    """Ready files with the bytes, or nearly the looks, of a file (itself left out) or of a standing ban.

    Same bytes come first, then the nearest. For a file, `hashes` are those that its copies may have
    (`bans.hashes_of`); without them only its own looks are gone by. At most four queries, whatever is found,
    and all that is found comes back.
    """
    if isinstance(of, BannedPicture):
        hashes = [unsigned(kept) for kept in of.hashes.values_list("hash", flat=True)]
    elif not hashes:
        hashes = [unsigned(of.phash)]
    near = dict(near_files_of(hashes))
    files = UploadedFile.objects.filter(lifecycle=UploadedFile.Lifecycle.READY).select_related("owner")
    found = files.filter(Q(pk__in=near) | Q(sha256=of.sha256))
    if isinstance(of, UploadedFile):
        found = found.exclude(pk=of.pk)
    copies = [Copy(file, near.get(file.pk, 0), file.sha256 == of.sha256) for file in found]
    return sorted(copies, key=lambda copy: (not copy.exact, copy.distance, copy.file.pk))
