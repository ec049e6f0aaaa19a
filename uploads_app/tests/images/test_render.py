"""Renditions are right: size, way up, and nothing of the original's metadata."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from uploads_app.images import pyramid
from uploads_app.images.errors import CorruptImage, UnsupportedMediaType
from uploads_app.images.geometry import UPRIGHT, WHOLE
from uploads_app.images.presets import PRESETS, Fit, OutputFormat
from uploads_app.images.recipes import Crop, Edits, Recipe
from uploads_app.images.render import Rendered, render
from uploads_app.tests.image_factories import QUADRANTS, encoded, exif_bytes, quadrants
from uploads_app.tests.images.colour_difference import coded, difference
from uploads_app.tests.images.rendering import Make, scene


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_comes_out_upright(make: Make, kind: str, orientation: int) -> None:
    turn = UPRIGHT.get(orientation)
    stored = quadrants((120, 80))
    if turn is not None:
        back = {Image.Transpose.ROTATE_90: Image.Transpose.ROTATE_270}
        back |= {after: before for before, after in back.items()}
        stored = stored.transpose(back.get(turn, turn))
    made = make(encoded(stored, kind, exif=exif_bytes(orientation)), "w320").convert("RGB")
    assert made.size == (120, 80)
    corners = {"TL": (20, 15), "TR": (100, 15), "BL": (20, 65), "BR": (100, 65)}
    for name, place in corners.items():
        found = made.getpixel(place)
        assert all(abs(a - b) < 30 for a, b in zip(found, QUADRANTS[name], strict=True)), name  # type: ignore[arg-type]


@pytest.mark.parametrize("format_", ["webp", "avif", "jpg"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_metadata_comes_out(tmp_path: Path, kind: str, format_: str) -> None:
    marker = "CANARY-5c1d"
    options: dict[str, Any] = {"exif": exif_bytes(6, gps=True, text=marker)}
    if kind == "JPEG":
        options["comment"] = marker.encode()
    if kind == "WEBP":
        options["xmp"] = marker.encode()
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(encoded(scene(), kind, **options))
    render(source, [(Recipe(PRESETS["w320"], OutputFormat(format_)), target)])
    data = target.read_bytes()
    assert marker.encode() not in data
    with Image.open(io.BytesIO(data)) as image:
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & image.info.keys()


def test_all_sizes_of_one_picture_come_in_their_order(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(encoded(scene(), "JPEG"))
    recipes = [Recipe(preset, OutputFormat.WEBP) for preset in PRESETS.values()]
    targets = [(recipe, tmp_path / recipe.preset.name) for recipe in recipes]
    made: list[Rendered] = render(source, targets)
    for (recipe, path), done in zip(targets, made, strict=True):
        with Image.open(path) as image:
            assert image.size == (done.width, done.height)
            if recipe.preset.fit is Fit.COVER:
                assert image.size == (recipe.preset.width, recipe.preset.height)
    # Never enlarged: the widths beyond the picture are one and the same.
    assert len({done.sha256 for done in made[-3:]}) == 1


def test_a_small_picture_is_not_made_from_its_enlarged_covers(tmp_path: Path) -> None:
    source = tmp_path / "source"
    small = quadrants((12, 12))
    source.write_bytes(encoded(small, "PNG"))
    targets = [(Recipe(preset, OutputFormat.JPEG), tmp_path / name) for name, preset in PRESETS.items()]
    render(source, targets)
    with Image.open(tmp_path / "w320") as made:
        found = difference(made, coded(small, OutputFormat.JPEG))
    assert (found.mean, found.worst) == (0, 0)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0 not a picture", b"GIF89a"])
def test_what_cannot_be_read_leaves_no_target(tmp_path: Path, data: bytes) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(data)
    target.touch()
    with pytest.raises((CorruptImage, UnsupportedMediaType)):
        render(source, [(Recipe(PRESETS["w320"], OutputFormat.WEBP), target)])
    assert not target.exists()


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (2, 2)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_smallest_and_thinnest_pictures_have_all_sizes(
    tmp_path: Path, kind: str, size: tuple[int, int]
) -> None:
    source = tmp_path / "source"
    source.write_bytes(encoded(Image.new("RGB", size, "red"), kind))
    edits = Edits(crop=Crop(0.9, 0.9, 0.05, 0.05), rotate=90)
    recipes = [
        Recipe(preset, format_, made)
        for preset in PRESETS.values()
        for format_ in OutputFormat
        for made in (Edits(), edits)
    ]
    targets = [(recipe, tmp_path / str(number)) for number, recipe in enumerate(recipes)]
    for (_, path), done in zip(targets, render(source, targets), strict=True):
        with Image.open(path) as image:
            assert image.size == (done.width, done.height)


def test_a_large_picture_is_resized_in_halves_without_a_seam() -> None:
    """Stripes, so that a filter that ends at the seam is seen there, and only there."""
    stripes = Image.frombytes("L", (1, 7), b"\x00\xff\x40\xff\x00\x80\xff").resize((2400, 7))
    picture = Image.new("L", (2400, 3600))
    for top in range(0, picture.height, 7):
        picture.paste(stripes, (0, top))
    assert picture.width * picture.height > pyramid._WORTH_TWO
    plain = picture.resize((1920, 2880), Image.Resampling.BICUBIC)
    halves = pyramid._resize(picture, WHOLE, (1920, 2880))
    assert max(ImageChops.difference(plain, halves).tobytes()) <= 1  # by rounding
