"""Inflate PNG image data within bounds and check that every row is there (PNG third edition, 7 to 10)."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from isal import isal_zlib  # inflates and sums up in less than half of zlib's time

from .errors import MalformedContainer, TruncatedImage
from .limits import MIB
from .png_chunks import SIGNATURE, Header, chunk_bytes

_INPUT_STEP = 32 * 1024
_BLOCK = 65_535
_HIGHEST_FILTER = 4
_MAX_CAREFUL_BYTES = 4 * MIB
# (first column, first row, column step, row step) of the seven Adam7 passes.
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_ADAM7_WHOLE = ((0, 0, 1, 1),)


@dataclass(frozen=True, slots=True)
class Pass:
    """`rows` rows of `stride` bytes each, the filter byte included."""

    stride: int
    rows: int


def passes(header: Header) -> list[Pass]:
    """The passes of a picture in stored order; empty ones are left out."""
    found = []
    for left, top, step_x, step_y in _ADAM7 if header.interlaced else _ADAM7_WHOLE:
        columns = -((left - header.width) // step_x)
        rows = -((top - header.height) // step_y)
        if columns > 0 and rows > 0:
            found.append(Pass(1 + (columns * header.bits_per_pixel + 7) // 8, rows))
    return found


def raw_size(header: Header) -> int:
    """Bytes of the filtered rows of a picture."""
    return sum(part.stride * part.rows for part in passes(header))


class Inflater:
    """One pass over a zlib stream of at most `expected` bytes; `stored` is how many input bytes it took."""

    def __init__(self, parts: Iterable[memoryview], expected: int) -> None:
        self._data = b"".join(parts)
        self._expected = expected
        self.oversized = False
        self.stored = 0

    @property
    def stream(self) -> bytes:
        """The compressed stream without what follows it; only once the blocks have been read."""
        return self._data[: self.stored]

    def blocks(self) -> Iterator[bytes]:
        """Yield the rows in blocks of up to 65,535 bytes. Raises TruncatedImage, MalformedContainer.

        Stops at the expected size, whatever more the stream would give, and sets `oversized`.
        """
        inflate, left = isal_zlib.decompressobj(), self._expected
        for at in range(0, len(self._data), _INPUT_STEP):
            pending = self._data[at : at + _INPUT_STEP]
            while not inflate.eof:
                try:
                    block = inflate.decompress(pending, min(_BLOCK, left + 1))
                except isal_zlib.error:  # type: ignore[misc]  # an exception, whatever its stubs say
                    raise MalformedContainer("The picture data of the PNG is damaged.") from None
                pending = inflate.unconsumed_tail
                if len(block) > left:
                    self.oversized = True
                    yield block[:left]
                    return
                left -= len(block)
                yield block
                if not pending and len(block) < _BLOCK:
                    break
            if inflate.eof:
                self.stored = min(at + _INPUT_STEP, len(self._data)) - len(inflate.unused_data)
                break
        if left or not inflate.eof:
            raise TruncatedImage()


def check_filters(blocks: Iterable[bytes], header: Header) -> Iterator[bytes]:
    """Pass blocks through, raising MalformedContainer at a row whose filter type is undefined."""
    spans, start = [], 0
    for part in passes(header):
        spans.append((start, start + part.stride * part.rows, part.stride))
        start += part.stride * part.rows
    offset, first = 0, 0
    for block in blocks:
        end = offset + len(block)
        while first < len(spans) and spans[first][1] <= offset:
            first += 1
        for begin, stop, stride in spans[first:]:
            if begin >= end:
                break
            low = max(begin, offset)
            low += -(low - begin) % stride
            if max(block[low - offset : max(0, stop - offset) : stride], default=0) > _HIGHEST_FILTER:
                raise MalformedContainer("The picture data of the PNG is damaged.")
        yield block
        offset = end


def deflated(blocks: Iterable[bytes], size: int) -> bytes:
    """Compress blocks of `size` bytes together into one zlib stream, large ones in a hurry."""
    deflate = zlib.compressobj(6 if size <= _MAX_CAREFUL_BYTES else 1)
    return b"".join([*(deflate.compress(block) for block in blocks), deflate.flush()])


def stored_png(head: bytes, blocks: Iterable[bytes]) -> BinaryIO:
    """A PNG of `head` (IHDR and what must precede the data) whose rows are stored, not compressed.

    Decoding it costs no second inflation. Stored blocks: RFC 1951 3.2.4; checksum: RFC 1950.
    """
    body = io.BytesIO()
    body.write(SIGNATURE + head)
    length_at = body.tell()
    body.write(b"\0\0\0\0IDAT\x78\x01")
    adler = 1
    for block in blocks:
        size = len(block)
        body.write(b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little"))
        body.write(block)
        adler = isal_zlib.adler32(block, adler)
    body.write(b"\x01\x00\x00\xff\xff" + adler.to_bytes(4, "big"))
    length = body.tell() - length_at - 8
    # No checksum: decoders read none of image data, and these bytes have been checked already.
    body.write(bytes(4) + chunk_bytes(b"IEND", b""))
    body.seek(length_at)
    body.write(length.to_bytes(4, "big"))
    body.seek(0)
    return body
