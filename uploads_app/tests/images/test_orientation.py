"""The orientation survives cleaning, alone, and sizes and fingerprints are of the upright picture."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageOps

from uploads_app.images.exif import orientation_block, read_exif
from uploads_app.images.phash import hamming_distance
from uploads_app.tests.image_factories import QUADRANTS, encoded, exif_bytes, quadrants

from .conftest import Take
from .corpus import Row, absent, rows

UNDO = {2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def turned(orientation: int, kind: str) -> bytes:
    stored = quadrants().transpose(TURNS[UNDO[orientation]])
    options = {"quality": 95} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    return encoded(stored, kind, exif=exif_bytes(orientation, text="private"), **options)


def corners(data: bytes) -> dict[str, tuple[int, ...]]:
    with Image.open(io.BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    width, height = upright.size
    spots = {"TL": (1, 1), "TR": (3, 1), "BL": (1, 3), "BR": (3, 3)}
    return {name: upright.getpixel((width * x // 4, height * y // 4)) for name, (x, y) in spots.items()}  # type: ignore[misc]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", sorted(TURNS))
def test_each_orientation_is_kept_and_applied(orientation: int, kind: str, take: Take) -> None:
    upright, _ = take(encoded(quadrants(), kind, **({"lossless": True} if kind == "WEBP" else {})))
    ingested, clean = take(turned(orientation, kind))
    assert (ingested.orientation, ingested.width, ingested.height) == (orientation, 120, 80)
    for name, colour in corners(clean).items():
        assert colour == pytest.approx(QUADRANTS[name], abs=40)
    assert hamming_distance(ingested.phash, upright.phash) <= 6
    assert b"private" not in clean
    assert orientation_block(orientation) in clean


@pytest.mark.parametrize("value", [0, 9, 255, 65535])
def test_an_undefined_orientation_counts_as_upright(value: int) -> None:
    tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0" + value.to_bytes(2, "little") + bytes(6)
    assert read_exif(tiff).orientation == 1


def test_the_written_block_reads_back() -> None:
    assert [read_exif(orientation_block(value)).orientation for value in range(2, 9)] == list(range(2, 9))


@absent
@pytest.mark.shared
@pytest.mark.parametrize("row", rows("orientation"), ids=lambda row: row.id)
def test_collected_pictures_come_out_upright(row: Row, take: Take) -> None:
    ingested, clean = take(row.path.read_bytes())
    assert f"{ingested.width}x{ingested.height}" == row.upright
    if row.reference.startswith("TL"):
        wanted = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1), "yellow": (1, 1, 0)}
        for name, colour in corners(clean).items():
            expected = next(word[2:] for word in row.reference.split() if word.startswith(name))
            assert tuple(int(sample > 110) for sample in colour) == wanted[expected]
    elif row.reference:
        reference, _ = take((row.path.parent / row.reference).read_bytes())
        assert hamming_distance(reference.phash, ingested.phash) <= 8
