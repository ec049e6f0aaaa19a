"""Damaged pictures are refused or survive; nothing else happens."""

from __future__ import annotations

import random
import zlib

import pytest

from uploads_app.images.errors import CorruptImage, ImageError
from uploads_app.images.png_chunks import chunk_bytes
from uploads_app.tests.image_factories import (
    animated_webp_bytes,
    apng_bytes,
    jpeg_bytes,
    png_bytes,
    webp_bytes,
)

from .conftest import Take

SUBJECTS = {
    "jpeg": jpeg_bytes((48, 40), noisy=True),
    "progressive jpeg": jpeg_bytes((48, 40), noisy=True, progressive=True),
    "png": png_bytes((24, 20), noisy=True),
    "indexed png": png_bytes((24, 20), mode="P", noisy=True),
    "apng": apng_bytes(3, (16, 12)),
    "webp": webp_bytes((48, 40), noisy=True),
    "lossless webp": webp_bytes((24, 20), noisy=True, mode="RGBA", lossless=True),
    "animated webp": animated_webp_bytes(3, (16, 12)),
}
CUTS, FLIPS = 64, 60


@pytest.mark.parametrize("name", SUBJECTS)
def test_no_beginning_of_a_picture_passes_for_the_whole(name: str, take: Take) -> None:
    data = SUBJECTS[name]
    for cut in range(CUTS):
        with pytest.raises(ImageError):
            take(data[: len(data) * cut // CUTS])
    for missing in (1, 2, 3, 5):
        with pytest.raises(ImageError):
            take(data[:-missing])


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_flipped_bit_is_refused_or_harmless(name: str, take: Take) -> None:
    source = random.Random(name)
    for _ in range(FLIPS):
        data = bytearray(SUBJECTS[name])
        data[source.randrange(len(data))] ^= 1 << source.randrange(8)
        try:
            ingested, clean = take(bytes(data))
        except ImageError:
            continue
        assert ingested.size == len(clean)


def rebuilt(rows: bytes, size: tuple[int, int] = (4, 4)) -> bytes:
    head = png_bytes(size).partition(b"IDAT")[0][:-4]
    return head + chunk_bytes(b"IDAT", zlib.compress(rows)) + chunk_bytes(b"IEND", b"")


ROW = b"\0" + bytes(12)


def test_all_rows_are_needed(take: Take) -> None:
    take(rebuilt(ROW * 4))
    for rows in (ROW * 3, ROW * 3 + ROW[:-1], b""):
        with pytest.raises(CorruptImage):
            take(rebuilt(rows))


@pytest.mark.parametrize("row", range(4))
def test_every_row_needs_a_defined_filter(row: int, take: Take) -> None:
    rows = bytearray(ROW * 4)
    rows[row * len(ROW)] = 4
    take(rebuilt(bytes(rows)))
    rows[row * len(ROW)] = 5
    with pytest.raises(CorruptImage):
        take(rebuilt(bytes(rows)))


@pytest.mark.parametrize("chunk", [b"IHDR", b"IDAT", b"IEND"])
def test_a_wrong_checksum_of_a_needed_chunk_is_refused(chunk: bytes, take: Take) -> None:
    data = bytearray(png_bytes())
    at = data.index(chunk)
    end = at + 4 + int.from_bytes(data[at - 4 : at], "big")
    data[end] ^= 1
    with pytest.raises(CorruptImage):
        take(bytes(data))


def test_an_error_leaves_no_target_behind(take: Take, tmp_path: object) -> None:
    with pytest.raises(CorruptImage):
        take(png_bytes()[:-20])
    assert not (tmp_path / "target").exists()  # type: ignore[operator]


def test_damage_in_a_later_frame_is_found(take: Take) -> None:
    data = animated_webp_bytes(3, (32, 24), lossless=True)
    at = data.rindex(b"VP8L") + 13
    with pytest.raises(CorruptImage):
        take(data[:at] + b"\xff" * (len(data) - at))
