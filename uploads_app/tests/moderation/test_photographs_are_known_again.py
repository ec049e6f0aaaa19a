"""A banned photograph is caught whatever is slightly done to it; all other photographs pass.

The photographs are decoded small, which only makes the decoding quicker: the hash is of 96 px a side anyway.
All variants and sizes are in benchmarks/near_copies.py.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from uploads_app.images.ingest import hashes_of_copies, ingest
from uploads_app.images.limits import Limits
from uploads_app.images.phash import hamming_distance
from uploads_app.tests.image_factories import encoded

pytestmark = pytest.mark.shared

DISTANCE = 7
SIDE = 800  # px
EDGES = {
    "left": (0.05, 0, 0, 0),
    "top": (0, 0.05, 0, 0),
    "right": (0, 0, 0.05, 0),
    "bottom": (0, 0, 0, 0.05),
    "all sides": (0.025,) * 4,
    "each side": (0.05,) * 4,
    "between the steps": (0.012, 0.037, 0.012, 0.037),
}


@cache
def photographs(folder: Path) -> dict[str, Image.Image]:
    return {path.name: small(path) for path in sorted(folder.glob("*.jp*g"))}


def small(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.draft("RGB", (SIDE, SIDE))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((SIDE, SIDE))
    return upright


def variants(image: Image.Image) -> Iterator[tuple[str, bytes]]:
    for quality in (40, 70, 95):
        yield f"quality {quality}", encoded(image, "JPEG", quality=quality)
    for scale in (0.3, 2):
        scaled = image.resize((round(image.width * scale), round(image.height * scale)))
        yield f"scale {scale}", encoded(scaled, "JPEG", quality=85)
    yield "PNG", encoded(image, "PNG", compress_level=1)
    yield "WebP", encoded(image, "WEBP", quality=80, method=0)
    for name, cuts in EDGES.items():
        yield f"crop at {name}, quality 40", encoded(cut(image, cuts), "JPEG", quality=40)
    yield "mirrored", encoded(ImageOps.mirror(cut(image, EDGES["left"])), "JPEG", quality=60)


def cut(image: Image.Image, cuts: tuple[float, float, float, float]) -> Image.Image:
    width, height = image.size
    left, top, right, bottom = cuts
    return image.crop(
        (
            round(left * width),
            round(top * height),
            round(width - right * width),
            round(height - bottom * height),
        )
    )


def taken(data: bytes, folder: Path) -> int:
    (folder / "source").write_bytes(data)
    return ingest(folder / "source", folder / "clean", Limits()).phash


def banned(image: Image.Image, folder: Path) -> frozenset[int]:
    (folder / "banned").write_bytes(encoded(image, "JPEG", quality=92))
    return hashes_of_copies(folder / "banned", Limits())


def nearest(hash_: int, hashes: frozenset[int]) -> int:
    return min(hamming_distance(hash_, one) for one in hashes)


def test_every_slight_change_of_every_photograph_is_caught(shared: Path, tmp_path: Path) -> None:
    missed = [
        (name, change)
        for name, image in photographs(shared / "photos").items()
        for hashes in [banned(image, tmp_path)]
        for change, data in variants(image)
        if nearest(taken(data, tmp_path), hashes) > DISTANCE
    ]
    assert missed == []


def test_no_other_photograph_is_taken_for_a_banned_one(shared: Path, tmp_path: Path) -> None:
    images = photographs(shared / "photos")
    own = {name: taken(encoded(image, "JPEG", quality=92), tmp_path) for name, image in images.items()}
    caught = {
        (name, other)
        for name, image in images.items()
        for hashes in [banned(image, tmp_path)]
        for other, hash_ in own.items()
        if other != name and nearest(hash_, hashes) <= DISTANCE
    }
    same = ("derived_24mp_near_10MB_gps.jpg", "elementary__Carmine_De_Fazio.jpg")
    assert caught == {same, same[::-1]}
