"""Edits, crops and filters come out as they are named, in their order."""

from typing import Any

import pytest
from PIL import Image, ImageStat

from uploads_app.images.presets import OutputFormat
from uploads_app.images.recipes import Crop, Edits, Filters, Point
from uploads_app.tests.image_factories import QUADRANTS, encoded, quadrants
from uploads_app.tests.images.colour_difference import difference
from uploads_app.tests.images.rendering import BOUNDS, Make, scene


def corner(image: Image.Image) -> str:
    """Which quadrant of `quadrants` the top left of a picture shows."""
    pixel: Any = image.convert("RGB").getpixel((5, 5))
    return min(
        QUADRANTS, key=lambda name: sum(abs(a - b) for a, b in zip(pixel, QUADRANTS[name], strict=True))
    )


@pytest.mark.parametrize(
    ("edits", "size", "top_left"),
    [
        (Edits(), (120, 80), "TL"),
        (Edits(rotate=90), (80, 120), "BL"),
        (Edits(rotate=180), (120, 80), "BR"),
        (Edits(rotate=270), (80, 120), "TR"),
        (Edits(flip=True), (120, 80), "TR"),
        (Edits(rotate=90, flip=True), (80, 120), "TL"),
        (Edits(crop=Crop(0.5, 0, 0.5, 1)), (60, 80), "TR"),
        (Edits(crop=Crop(0.5, 0.5, 0.5, 0.5), rotate=90), (40, 60), "BR"),
        (Edits(crop=Crop(0, 0, 0.5, 1), rotate=90), (80, 60), "BL"),
    ],
    ids=str,
)
def test_edits_are_made_in_their_order(
    make: Make, edits: Edits, size: tuple[int, int], top_left: str
) -> None:
    made = make(encoded(quadrants((120, 80)), "PNG"), "w320", edits=edits)
    assert made.size == size
    assert corner(made) == top_left


def test_a_use_crops_what_the_edits_have_left(make: Make) -> None:
    data = encoded(quadrants((120, 80)), "PNG")
    made = make(data, "w320", edits=Edits(crop=Crop(0.5, 0, 0.5, 1)), crop=Crop(0, 0.5, 1, 0.5))
    assert made.size == (60, 40)
    assert corner(made) == "BR"


@pytest.mark.parametrize(("focal", "seen"), [(Point(0.0, 0.5), "TL"), (Point(1.0, 0.5), "TR")])
def test_a_cover_crop_keeps_the_focal_point_in_view(make: Make, focal: Point, seen: str) -> None:
    assert corner(make(encoded(quadrants((1200, 200)), "PNG"), "avatar", focal=focal)) == seen


@pytest.mark.parametrize(
    ("filters", "pixel"),
    [
        (Filters(grayscale=True), (124, 124, 124)),
        (Filters(invert=True), (55, 155, 205)),
        (Filters(brightness=-0.5), (100, 50, 25)),
        (Filters(brightness=1.0), (255, 200, 100)),
        (Filters(contrast=-1.0), (128, 128, 128)),
        (Filters(saturation=-1.0), (124, 124, 124)),
        (Filters(sharpen=1.0), (200, 100, 50)),
        (Filters(blur=1.0), (200, 100, 50)),
    ],
    ids=str,
)
def test_filters_change_colours_as_named(make: Make, filters: Filters, pixel: tuple[int, ...]) -> None:
    data = encoded(Image.new("RGB", (64, 64), (200, 100, 50)), "PNG")
    found: Any = make(data, "w320", edits=Edits(filters=filters)).convert("RGB").getpixel((30, 30))
    assert all(abs(a - b) <= 12 for a, b in zip(found, pixel, strict=True)), found


def test_sepia_is_brown_and_keeps_light_and_dark(make: Make) -> None:
    data = encoded(scene(), "PNG")
    made = make(data, "w320", edits=Edits(filters=Filters(sepia=True))).convert("RGB")
    red, green, blue = ImageStat.Stat(made).mean
    assert red > green > blue


def test_blur_looks_alike_in_every_size(make: Make) -> None:
    data = encoded(quadrants((1200, 800)), "PNG")
    edits = Edits(filters=Filters(blur=1.0))
    large, small = make(data, "w960", edits=edits), make(data, "w320", edits=edits)
    shrunk = large.convert("RGB").resize(small.size, Image.Resampling.LANCZOS)
    found = difference(shrunk, small)
    assert found.within(BOUNDS[OutputFormat.WEBP]), found
