"""Walk the chunks of a PNG and check its header (PNG third edition, sections 5 and 11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isal import isal_zlib

from .errors import ChecksumMismatch, MalformedContainer, TruncatedImage
from .limits import Limits

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, INDEXED, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
_DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), INDEXED: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGBA: (8, 16)}
_SAMPLES = {GREY: 1, RGB: 3, INDEXED: 1, GREY_ALPHA: 2, RGBA: 4}
_CRITICAL = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND"))
_MAX_CHUNKS = 100_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """`sound` tells whether the CRC fits; `end` is the offset after the chunk."""

    kind: bytes
    payload: memoryview
    sound: bool
    end: int

    @property
    def critical(self) -> bool:
        return not self.kind[0] & 0x20


@dataclass(frozen=True, slots=True)
class Header:
    """The IHDR fields; width and height in px."""

    width: int
    height: int
    depth: int
    colour_type: int
    interlaced: bool

    @property
    def bits_per_pixel(self) -> int:
        return self.depth * _SAMPLES[self.colour_type]

    @property
    def has_grey(self) -> bool:
        return self.colour_type in (GREY, GREY_ALPHA)

    def chunk(self) -> bytes:
        """The IHDR chunk that says this."""
        size = self.width.to_bytes(4, "big") + self.height.to_bytes(4, "big")
        return chunk_bytes(b"IHDR", size + bytes((self.depth, self.colour_type, 0, 0, self.interlaced)))


def chunks(data: bytes) -> Iterator[Chunk]:
    """Yield every chunk up to IEND.

    Raises TruncatedImage, MalformedContainer, and ChecksumMismatch for a critical chunk.
    """
    at, view = len(SIGNATURE), memoryview(data)
    for _ in range(_MAX_CHUNKS):
        if at + 12 > len(data):
            raise TruncatedImage()
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if length > 0x7FFFFFFF or not kind.isalpha():
            raise MalformedContainer()
        if end > len(data):
            raise TruncatedImage()
        sound = isal_zlib.crc32(view[at + 4 : end - 4]) == int.from_bytes(data[end - 4 : end], "big")
        chunk = Chunk(kind, view[at + 8 : end - 4], sound, end)
        if chunk.critical and not sound:
            raise ChecksumMismatch()
        if chunk.critical and kind not in _CRITICAL:
            raise MalformedContainer()
        yield chunk
        if kind == b"IEND":
            return
        at = end
    raise MalformedContainer()


def chunk_bytes(kind: bytes, payload: bytes) -> bytes:
    """Length, type, payload and CRC of one chunk."""
    return (
        len(payload).to_bytes(4, "big")
        + kind
        + payload
        + isal_zlib.crc32(payload, isal_zlib.crc32(kind)).to_bytes(4, "big")
    )


def parse_header(chunk: Chunk, limits: Limits) -> Header:
    """Parse the first chunk of a file as IHDR; raises MalformedContainer and TooManyPixels subclasses."""
    data = bytes(chunk.payload)
    if chunk.kind != b"IHDR" or len(data) != 13:
        raise MalformedContainer()
    width, height = int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big")
    depth, colour_type, compression, filtering, interlace = data[8:]
    if not width or not height or depth not in _DEPTHS.get(colour_type, ()):
        raise MalformedContainer()
    if compression or filtering or interlace > 1:
        raise MalformedContainer()
    limits.check_pixels(width, height)
    return Header(width, height, depth, colour_type, bool(interlace))
