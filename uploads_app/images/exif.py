"""The little of EXIF that matters: which way is up, and whether private data was there.

Layout: TIFF 6.0 section 2 (header, image file directories); tags: CIPA DC-008 (EXIF 2.32) 4.6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

ORIENTATION, GPS_POINTER, THUMBNAIL_OFFSET = 0x0112, 0x8825, 0x0201
SHORT, LONG = 3, 4
_ENTRY_BYTES = 12
_MAX_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class ExifFacts:
    """`orientation` is 1 to 8; 1 stands in for a missing or undefined value."""

    orientation: int = 1
    has_gps: bool = False
    has_thumbnail: bool = False


def read_exif(tiff: bytes) -> ExifFacts:
    """Read an EXIF block, starting at its TIFF header. Never raises: damage reads as absence.

    At most three directories are visited and no pointer is followed twice, so loops cost nothing.
    """
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return ExifFacts()
    first = _u32(tiff, 4, order)
    primary = dict(_entries(tiff, first, order))
    gps = primary.get(GPS_POINTER)
    follow = _next_directory(tiff, first, order)
    return ExifFacts(
        orientation=_orientation(primary.get(ORIENTATION), order),
        has_gps=gps is not None and any(_entries(tiff, struct.unpack(order + "I", gps[1])[0], order)),
        has_thumbnail=any(tag == THUMBNAIL_OFFSET for tag, _ in _entries(tiff, follow, order)),
    )


def orientation_block(orientation: int) -> bytes:
    """A TIFF header and one directory that holds nothing but `orientation` (2 to 8); 26 bytes."""
    return b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, SHORT, 1, orientation, 0, 0)


def removed_kinds(tiff: bytes, facts: ExifFacts) -> set[str]:
    """Kinds of data lost when `tiff` is replaced by `orientation_block`."""
    if facts.orientation > 1 and tiff == orientation_block(facts.orientation):
        return set()
    kinds = {"exif"}
    if facts.has_gps:
        kinds.add("gps")
    if facts.has_thumbnail:
        kinds.add("thumbnail")
    return kinds


def _u32(data: bytes, offset: int, order: str) -> int:
    return int.from_bytes(data[offset : offset + 4], "little" if order == "<" else "big")


def _u16(data: bytes, offset: int, order: str) -> int:
    return int.from_bytes(data[offset : offset + 2], "little" if order == "<" else "big")


def _entries(tiff: bytes, offset: int, order: str) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Yield (tag, (type, the four bytes of its value field)) of one directory."""
    if offset < 8:
        return
    count = min(_u16(tiff, offset, order), _MAX_ENTRIES)
    for at in range(offset + 2, offset + 2 + count * _ENTRY_BYTES, _ENTRY_BYTES):
        if at + _ENTRY_BYTES > len(tiff):
            return
        yield _u16(tiff, at, order), (_u16(tiff, at + 2, order), tiff[at + 8 : at + 12])


def _next_directory(tiff: bytes, offset: int, order: str) -> int:
    return _u32(tiff, offset + 2 + _u16(tiff, offset, order) * _ENTRY_BYTES, order)


def _orientation(entry: tuple[int, bytes] | None, order: str) -> int:
    if entry is None or entry[0] not in (SHORT, LONG):
        return 1
    value = _u16(entry[1], 0, order) if entry[0] == SHORT else _u32(entry[1], 0, order)
    return value if 1 <= value <= 8 else 1
