"""Where pixels come from: sizes, crops and the focal point, for any edits."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploads_app.images.geometry import Box, plan, rendered_size, turned_size
from uploads_app.images.presets import MOST_PIXELS, PRESETS, Fit, OutputFormat
from uploads_app.images.recipes import UNEDITED, Crop, Edits, Filters, Point, Recipe

WEBP = OutputFormat.WEBP
shares = st.floats(0, 1, allow_nan=False)
sides = st.integers(1, 16_383)


@st.composite
def crops(draw: Any) -> Crop:
    width, height = draw(st.floats(0.01, 1)), draw(st.floats(0.01, 1))
    return Crop(draw(st.floats(0, 1 - width)), draw(st.floats(0, 1 - height)), width, height)


edits = st.builds(
    Edits, crop=st.none() | crops(), rotate=st.sampled_from([0, 90, 180, 270]), flip=st.booleans()
)
recipes = st.builds(
    Recipe,
    preset=st.sampled_from(list(PRESETS.values())),
    format=st.just(WEBP),
    edits=edits,
    focal=st.none() | st.builds(Point, shares, shares),
    crop=st.none() | crops(),
)


def edited_sides(recipe: Recipe, width: int, height: int) -> tuple[float, float]:
    """Sides in px after the edits, reckoned apart from the code under test."""
    crop, own = recipe.edits.crop or Crop(0, 0, 1, 1), recipe.crop or Crop(0, 0, 1, 1)
    wide, high = width * crop.width, height * crop.height
    if recipe.edits.rotate in (90, 270):
        wide, high = high, wide
    return max(1.0, wide * own.width), max(1.0, high * own.height)


@given(recipes, sides, sides, st.integers(1, 8))
def test_the_size_is_what_preset_and_edits_say(recipe: Recipe, width: int, height: int, way: int) -> None:
    size = plan(recipe, width, height, way).size
    preset = recipe.preset
    wide, high = edited_sides(recipe, width, height)
    if preset.fit is Fit.COVER:
        assert size == (preset.width, preset.height)
    else:
        scale = min(1.0, preset.width / wide, math.sqrt(MOST_PIXELS / (wide * high)))
        assert abs(size[0] - wide * scale) <= 0.5001
        assert abs(size[1] - high * scale) <= 0.5001 or size[1] == 1
        assert size[0] <= max(1, round(wide)) <= width * height  # never enlarged
    assert rendered_size(recipe, width, height) == size


@given(recipes, sides, sides, st.integers(1, 8))
def test_every_box_lies_within_the_picture(recipe: Recipe, width: int, height: int, way: int) -> None:
    box = plan(recipe, width, height, way).box
    assert 0 <= box.left <= box.right <= 1
    assert 0 <= box.top <= box.bottom <= 1


@given(recipes, sides, sides)
def test_the_focal_point_lies_in_every_cover_crop_that_can_hold_it(
    recipe: Recipe, width: int, height: int
) -> None:
    focal = recipe.focal or Point(0.5, 0.5)
    crop = recipe.edits.crop or Crop(0, 0, 1, 1)
    within = (
        crop.x <= focal.x <= crop.x + crop.width and crop.y <= focal.y <= crop.y + crop.height
    ) and recipe.crop is None
    if within and recipe.preset.fit is Fit.COVER and recipe.focal:
        box = plan(recipe, width, height).box  # of the upright picture
        assert box.left - 1e-9 <= focal.x <= box.right + 1e-9
        assert box.top - 1e-9 <= focal.y <= box.bottom + 1e-9


@given(recipes, st.integers(200, 16_383), st.integers(200, 16_383))
def test_a_cover_crop_has_the_ratio_of_its_preset(recipe: Recipe, width: int, height: int) -> None:
    if recipe.preset.fit is Fit.COVER and min(edited_sides(recipe, width, height)) > 2:
        made = plan(recipe, width, height)
        wide, high = made.size_before_turns
        assert made.box.width * width * high == pytest.approx(made.box.height * height * wide, rel=1e-6)


# Where a point of the stored picture is seen, by EXIF orientation, reckoned apart from the code under test
# (EXIF 2.32, 4.6.4 A, names the sides that the first row and the first column are seen at).
SEEN_AT: dict[int, Callable[[float, float], tuple[float, float]]] = {
    1: lambda x, y: (x, y),  # rows from the top, columns from the left
    2: lambda x, y: (1 - x, y),  # from the top, from the right
    3: lambda x, y: (1 - x, 1 - y),  # from the bottom, from the right
    4: lambda x, y: (x, 1 - y),  # from the bottom, from the left
    5: lambda x, y: (y, x),  # rows from the left, columns from the top
    6: lambda x, y: (1 - y, x),  # from the right, from the top
    7: lambda x, y: (1 - y, 1 - x),  # from the right, from the bottom
    8: lambda x, y: (y, 1 - x),  # from the left, from the bottom
}


def upright(box: Box, way: int) -> Box:
    """A box of the stored picture as it is seen."""
    (ax, ay), (bx, by) = SEEN_AT[way](box.left, box.top), SEEN_AT[way](box.right, box.bottom)
    return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


@pytest.mark.parametrize("way", range(1, 9))
@given(recipes.filter(lambda one: one.edits.crop is not None), sides, sides)
def test_nothing_beyond_the_crop_is_ever_shown(way: int, recipe: Recipe, width: int, height: int) -> None:
    crop = recipe.edits.crop
    assert crop is not None
    # A pixel is the least that can be shown.
    slack_x, slack_y = 1 / width + 1e-9, 1 / height + 1e-9
    shown = upright(plan(recipe, width, height, way).box, way)
    assert shown.left >= crop.x - slack_x
    assert shown.right <= crop.x + crop.width + slack_x
    assert shown.top >= crop.y - slack_y
    assert shown.bottom <= crop.y + crop.height + slack_y


@given(crops(), crops())
def test_a_box_within_a_box_comes_back(inner: Crop, outer: Crop) -> None:
    a = Box(inner.x, inner.y, inner.x + inner.width, inner.y + inner.height)
    b = Box(outer.x, outer.y, outer.x + outer.width, outer.y + outer.height)
    back = a.within(b).relative_to(b)
    assert (back.left, back.top, back.right, back.bottom) == pytest.approx(
        (a.left, a.top, a.right, a.bottom), abs=1e-9
    )


def test_two_quarter_turns_keep_the_sides() -> None:
    turns = plan(Recipe(PRESETS["w320"], WEBP, Edits(rotate=90)), 400, 300, 6).turns
    assert turned_size((4, 3), turns) == (4, 3)


@pytest.mark.parametrize("values", [(-0.1, 0, 1, 1), (0, 0, 0, 1), (0.5, 0, 0.6, 1), (0, 0.9, 1, 0.2)])
def test_a_crop_outside_of_the_picture_is_refused(values: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="within"):
        Crop(*values)


def test_a_digest_is_the_same_in_every_release() -> None:
    """If this fails, every address of a rendition changes: raise RENDERER_VERSION on purpose or mend it."""
    recipe = Recipe(
        PRESETS["card"],
        WEBP,
        Edits(Crop(0.1, 0.2, 0.5, 0.5), 90, True, Filters(sepia=True, blur=0.25)),
        Point(0.3, 0.4),
    )
    assert recipe.digest == "4c7d0090c72965f600e5"


def test_numbers_that_mean_the_same_have_one_digest() -> None:
    one = Recipe(PRESETS["card"], WEBP, Edits(Crop(0, 0, 1, 1)), Point(0, 1))
    other = Recipe(PRESETS["card"], WEBP, Edits(Crop(0.0, 0.0, 1.0, 1.0)), Point(0.0, 1.0))
    assert one.digest == other.digest


@given(crops(), st.floats(-2e-5, 2e-5))
def test_crops_have_one_name_if_and_only_if_they_have_one_digest(crop: Crop, off: float) -> None:
    near = replace(crop, width=min(max(crop.width + off, 0.01), 1 - crop.x))
    one, other = (Recipe(PRESETS["card"], WEBP, crop=own) for own in (crop, near))
    assert (crop.name == near.name) is (one.digest == other.digest)


def test_a_focal_point_changes_crops_and_nothing_else() -> None:
    for name, preset in PRESETS.items():
        plain, pointed = Recipe(preset, WEBP), Recipe(preset, WEBP, UNEDITED, Point(0.1, 0.1))
        assert (plain.digest == pointed.digest) is (preset.fit is Fit.FIT), name


@given(recipes, recipes)
def test_other_recipes_have_other_digests(one: Recipe, other: Recipe) -> None:
    if (one.preset, one.edits.rotate, one.edits.flip) != (
        other.preset,
        other.edits.rotate,
        other.edits.flip,
    ):
        assert one.digest != other.digest
