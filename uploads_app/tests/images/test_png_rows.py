"""Rows are checked as they are inflated, without help from a decoder, and never beyond the expected size."""

from __future__ import annotations

import zlib

import pytest

from uploads_app.images.errors import CorruptImage, TruncatedImage
from uploads_app.images.png_chunks import RGB, Header
from uploads_app.images.png_rows import Inflater, check_filters, passes, raw_size

HEADER = Header(100, 90, 8, RGB, interlaced=False)
INTERLACED = Header(101, 93, 8, RGB, interlaced=True)


@pytest.mark.parametrize("header", [HEADER, INTERLACED])
@pytest.mark.parametrize("block", [7, 301, 65_535])
def test_a_bad_filter_is_found_wherever_blocks_are_cut(header: Header, block: int) -> None:
    starts, at = list[int](), 0
    for part in passes(header):
        starts += range(at, at + part.rows * part.stride, part.stride)
        at += part.rows * part.stride
    for start in (starts[0], starts[len(starts) // 2], starts[-1]):
        rows = bytearray(b"\x09" * raw_size(header))
        for filter_at in starts:
            rows[filter_at] = 4
        blocks = [bytes(rows[cut : cut + block]) for cut in range(0, len(rows), block)]
        assert b"".join(check_filters(blocks, header)) == rows
        rows[start] = 5
        blocks = [bytes(rows[cut : cut + block]) for cut in range(0, len(rows), block)]
        with pytest.raises(CorruptImage):
            list(check_filters(blocks, header))


def test_a_bomb_is_inflated_no_further_than_the_picture_goes() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    inflater = Inflater([memoryview(bomb)], 1000)
    assert sum(map(len, inflater.blocks())) == 1000
    assert inflater.oversized


@pytest.mark.parametrize("size", [0, 1, 65_534, 65_535, 65_536, 200_000])
def test_the_stream_ends_where_it_says(size: int) -> None:
    rows = (bytes(range(256)) * (size // 256 + 1))[:size]
    stream = zlib.compress(rows, 1)
    for tail in (b"", b"tail", b"tail" * 20_000):
        inflater = Inflater([memoryview(stream + tail)], size)
        assert b"".join(inflater.blocks()) == rows
        assert inflater.stream == stream
    with pytest.raises(TruncatedImage):
        list(Inflater([memoryview(stream[:-1])], size).blocks())
