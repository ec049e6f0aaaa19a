"""Where each pixel of a rendition comes from, as pure functions.

Boxes are in 0..1 of their picture, so that the same plan holds at every scale a decoder offers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from PIL.Image import Transpose

from .presets import MOST_PIXELS, Fit, Preset
from .recipes import Point, Recipe

Size = tuple[int, int]

# EXIF 2.32, 4.6.4 A: what makes a picture stored with this orientation upright.
UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_CLOCKWISE = {90: Transpose.ROTATE_270, 180: Transpose.ROTATE_180, 270: Transpose.ROTATE_90}
_INVERSE = {Transpose.ROTATE_90: Transpose.ROTATE_270, Transpose.ROTATE_270: Transpose.ROTATE_90}
_SWAPS = frozenset((Transpose.ROTATE_90, Transpose.ROTATE_270, Transpose.TRANSPOSE, Transpose.TRANSVERSE))


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in 0..1 of a picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def within(self, outer: Box) -> Box:
        """This box of the part of a picture that `outer` is, as a box of the whole."""
        return Box(
            outer.left + self.left * outer.width,
            outer.top + self.top * outer.height,
            outer.left + self.right * outer.width,
            outer.top + self.bottom * outer.height,
        )

    def relative_to(self, outer: Box) -> Box:
        """The inverse of `within`."""
        return Box(
            (self.left - outer.left) / outer.width,
            (self.top - outer.top) / outer.height,
            (self.right - outer.left) / outer.width,
            (self.bottom - outer.top) / outer.height,
        )


WHOLE = Box(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """`box` of the stored picture, resized, then turned by `turns` in order, gives `size` px."""

    box: Box
    size: Size
    turns: tuple[Transpose, ...]

    @property
    def size_before_turns(self) -> Size:
        return turned_size(self.size, self.turns)


def plan(recipe: Recipe, width: int, height: int, orientation: int = 1) -> Plan:
    """How to render a picture that is `width` by `height` px upright, stored with this EXIF orientation."""
    edits_turns = _turns_of(recipe)
    part = _edited_part(recipe, edits_turns)
    sides = _sides(part, turned_size((width, height), edits_turns))
    box, size = _into(recipe.preset, sides, _focal_in(recipe, edits_turns, part))
    upright = (UPRIGHT[orientation],) if orientation in UPRIGHT else ()
    turns = (*upright, *edits_turns)
    return Plan(_turned_back(box.within(part), turns), size, turns)


def rendered_size(recipe: Recipe, width: int, height: int) -> Size:
    """Width and height in px of this recipe's rendition of a picture of these upright sides in px."""
    return plan(recipe, width, height).size


def turned_size(size: Size, turns: Iterable[Transpose]) -> Size:
    """A size after turns (or before them, which is the same)."""
    odd = sum(turn in _SWAPS for turn in turns) % 2
    return (size[1], size[0]) if odd else size


def _turns_of(recipe: Recipe) -> tuple[Transpose, ...]:
    rotate = (_CLOCKWISE[recipe.edits.rotate],) if recipe.edits.rotate else ()
    return (*rotate, Transpose.FLIP_LEFT_RIGHT) if recipe.edits.flip else rotate


def _edited_part(recipe: Recipe, turns: tuple[Transpose, ...]) -> Box:
    """What is left of the upright picture after both crops, as a box of the turned picture."""
    crop = recipe.edits.crop
    part = Box(crop.x, crop.y, crop.x + crop.width, crop.y + crop.height) if crop else WHOLE
    for turn in turns:
        part = _turned(part, turn)
    own = recipe.crop
    return Box(own.x, own.y, own.x + own.width, own.y + own.height).within(part) if own else part


def _focal_in(recipe: Recipe, turns: tuple[Transpose, ...], part: Box) -> Point:
    """The focal point in 0..1 of the edited picture; one that was cropped away counts as at the edge."""
    if recipe.focal is None:
        return Point(0.5, 0.5)
    x, y = recipe.focal.x, recipe.focal.y
    for turn in turns:
        x, y = _turned_point(x, y, turn)
    return Point(_clamp((x - part.left) / part.width), _clamp((y - part.top) / part.height))


def _sides(part: Box, size: Size) -> tuple[float, float]:
    """Sides of a part in px, a pixel at least."""
    return max(1.0, part.width * size[0]), max(1.0, part.height * size[1])


def _into(preset: Preset, sides: tuple[float, float], focal: Point) -> tuple[Box, Size]:
    if preset.fit is Fit.COVER:
        assert preset.height is not None
        return _cover(preset.width / preset.height, sides, focal), (preset.width, preset.height)
    scale = min(
        1.0,
        preset.width / sides[0],
        (preset.height or sides[1]) / sides[1],
        math.sqrt(MOST_PIXELS / (sides[0] * sides[1])),
    )
    return WHOLE, (max(1, round(sides[0] * scale)), max(1, round(sides[1] * scale)))


def _cover(ratio: float, sides: tuple[float, float], focal: Point) -> Box:
    """The largest box of this ratio (width by height) with the focal point as near its middle as can be."""
    width = min(sides[0], sides[1] * ratio)
    share_x, share_y = width / sides[0], min(1.0, width / ratio / sides[1])
    left = min(max(focal.x - share_x / 2, 0.0), 1 - share_x)
    top = min(max(focal.y - share_y / 2, 0.0), 1 - share_y)
    return Box(left, top, left + share_x, top + share_y)


def _turned(box: Box, turn: Transpose) -> Box:
    (ax, ay), (bx, by) = _turned_point(box.left, box.top, turn), _turned_point(box.right, box.bottom, turn)
    return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def _turned_back(box: Box, turns: tuple[Transpose, ...]) -> Box:
    for turn in reversed(turns):
        box = _turned(box, _INVERSE.get(turn, turn))
    return Box(_clamp(box.left), _clamp(box.top), _clamp(box.right), _clamp(box.bottom))


def _turned_point(x: float, y: float, turn: Transpose) -> tuple[float, float]:
    """Where a point of 0..1 comes to lie. Pillow's ROTATE_90 is counterclockwise."""
    match turn:
        case Transpose.FLIP_LEFT_RIGHT:
            return 1 - x, y
        case Transpose.FLIP_TOP_BOTTOM:
            return x, 1 - y
        case Transpose.ROTATE_90:
            return y, 1 - x
        case Transpose.ROTATE_180:
            return 1 - x, 1 - y
        case Transpose.ROTATE_270:
            return 1 - y, x
        case Transpose.TRANSPOSE:
            return y, x
        case _:
            return 1 - y, 1 - x


def _clamp(value: float) -> float:
    return min(max(value, 0.0), 1.0)
