"""Which files and bans a picture resembles: by the parts of their hashes first, then bit by bit.

Every hash within the distance is found, however many there are. Flat pictures are outside of this: they are
not kept for the search, and resemble nothing. Distances are in bits, 0 to 15; by default, the setting.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import combinations
from typing import Any
from uuid import UUID

from django.conf import settings

from uploads_app.hashes import unsigned
from uploads_app.images.phash import hamming_distance, is_flat
from uploads_app.models import BannedHash, FileHash, UploadedFile
from uploads_app.models.near_copies import PART_BITS, PARTS, parts_of

_PART = (1 << PART_BITS) - 1


def remember(file: UploadedFile) -> None:
    """Lets a file be found by its looks, within the transaction that makes it ready."""
    if not is_flat(unsigned(file.phash)):
        FileHash.objects.create(file=file, **parts_of(unsigned(file.phash)))


def forget(file: UploadedFile) -> None:
    """Takes a file out of the search, within the transaction that says that its bytes are gone."""
    FileHash.objects.filter(file=file).delete()


def near_files(hash_: int, distance: int | None = None) -> list[tuple[UUID, int]]:
    """Files that have bytes and hashes that near to an unsigned one: (file id, bits), nearest first."""
    return near_files_of([hash_], distance)


def near_files_of(hashes: Collection[int], distance: int | None = None) -> list[tuple[UUID, int]]:
    """The same for what is near to any of several hashes, by the nearest of them."""
    return _nearest(FileHash, "file_id", hashes, distance)


def near_bans(hash_: int, distance: int | None = None) -> list[tuple[int, int]]:
    """Bans with a foreseen copy that is that near to an unsigned hash: (ban id, bits), nearest first."""
    return _nearest(BannedHash, "ban_id", [hash_], distance)


def candidates(model: type[FileHash | BannedHash], hashes: Iterable[int], distance: int) -> Any:
    """The query of (id, hash) for all rows that share a part, or nearly, with one of the hashes.

    A union of one walk through an index for each part. A row may come once for each.
    """
    radius = distance // PARTS
    walks = [
        model._default_manager.filter(**{f"part_{number}__in": _values(hashes, number, radius)})
        for number in range(PARTS)
    ]
    first, *others = (walk.values_list("pk", "hash") for walk in walks)
    return first.union(*others, all=True)


def _nearest(
    model: type[FileHash | BannedHash], whose: str, hashes: Collection[int], distance: int | None
) -> list[tuple[Any, int]]:
    within = settings.VITRINE_NEAR_DISTANCE if distance is None else distance
    telling = [hash_ for hash_ in hashes if not is_flat(hash_)]
    if not telling:
        return []
    near = {
        row: bits
        for row, kept in set(candidates(model, telling, within))
        if (bits := min(hamming_distance(unsigned(kept), hash_) for hash_ in telling)) <= within
    }
    if not near:
        return []
    found: dict[Any, int] = {}
    for row, owner in model._default_manager.filter(pk__in=near).values_list("pk", whose):
        found[owner] = min(near[row], found.get(owner, within))
    return sorted(found.items(), key=lambda one: (one[1], one[0]))


def _values(hashes: Iterable[int], number: int, radius: int) -> list[int]:
    """All values that a part may have within `radius` bits of that of any of the hashes."""
    shift = PART_BITS * (PARTS - 1 - number)
    parts = {hash_ >> shift & _PART for hash_ in hashes}
    return sorted({part ^ mask for part in parts for mask in _masks(radius)})


@cache
def _masks(radius: int) -> tuple[int, ...]:
    """All changes of at most so many bits of a part."""
    return tuple(_changes(radius))


def _changes(radius: int) -> Iterator[int]:
    for count in range(radius + 1):
        for places in combinations(range(PART_BITS), count):
            yield sum(1 << place for place in places)
