"""RIFF chunks and the headers of the two WebP bitstreams (RFC 9649 2.3, 3.4; RFC 6386 9.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .errors import MalformedContainer, TruncatedImage
from .limits import Limits

_MAX_OTHER_CHUNKS = 1000


@dataclass(frozen=True, slots=True)
class Chunk:
    """A four-character code and a payload without padding."""

    kind: bytes
    payload: bytes


def chunks(data: bytes, start: int, end: int, limits: Limits) -> Iterator[Chunk]:
    """Yield the chunks of data[start:end]; raises TruncatedImage, or MalformedContainer for a flood."""
    for _ in range(limits.max_frames + _MAX_OTHER_CHUNKS):
        if end - start < 8:
            # One stray padding byte at the end is common and harmless.
            return
        size = int.from_bytes(data[start + 4 : start + 8], "little")
        if start + 8 + size > end:
            raise TruncatedImage()
        yield Chunk(data[start : start + 4], data[start + 8 : start + 8 + size])
        start += 8 + size + (size & 1)
    raise MalformedContainer()


def chunk_bytes(chunk: Chunk) -> bytes:
    """Code, length, payload and padding of one chunk."""
    return (
        chunk.kind + len(chunk.payload).to_bytes(4, "little") + chunk.payload + bytes(len(chunk.payload) & 1)
    )


def u24(data: bytes, offset: int) -> int:
    """A little-endian unsigned 24-bit number."""
    return int.from_bytes(data[offset : offset + 3], "little")


def bitstream_size(chunk: Chunk) -> tuple[int, int]:
    """(width, height) in px from the header of a VP8 key frame or VP8L stream; raises MalformedContainer."""
    data = chunk.payload
    if chunk.kind == b"VP8 ":
        if len(data) < 10 or data[0] & 1 or data[3:6] != b"\x9d\x01\x2a":
            raise MalformedContainer()
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    else:
        bits = int.from_bytes(data[1:5], "little")
        if len(data) < 5 or data[0] != 0x2F or bits >> 29:
            raise MalformedContainer()
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if not width or not height:
        raise MalformedContainer()
    return width, height
