"""What makes a rendition what it is: the preset, the format, the edits and the point to keep in view."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from .presets import Fit, OutputFormat, Preset

# Part of every digest: raise it when the same recipe is to give other bytes, and `renditions apply` makes
# all anew under new addresses.
RENDERER_VERSION = 1
_DIGEST_DIGITS = 20

Turn = Literal[0, 90, 180, 270]


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a picture, in 0..1 from its top left."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of a picture, in 0..1 of its sides, from its top left. Raises ValueError outside of it."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        inside = 0 <= self.x < 1 and 0 <= self.y < 1 and 0 < self.width <= 1 and 0 < self.height <= 1
        # A little slack: clients compute with floating point.
        if not inside or self.x + self.width > 1 + 1e-6 or self.y + self.height > 1 + 1e-6:
            raise ValueError("a crop lies within its picture")

    @property
    def name(self) -> str:
        """Tells crops apart exactly where a recipe's digest does: it is made of the same numbers."""
        return _hashed(json.dumps(_canonical(asdict(self)), sort_keys=True))

    @property
    def is_whole(self) -> bool:
        """Whether nothing is cut away."""
        return self.name == WHOLE.name


WHOLE = Crop(0, 0, 1, 1)


@dataclass(frozen=True, slots=True)
class Filters:
    """Changes of colour and sharpness; 0 and False change nothing.

    `brightness`, `contrast` and `saturation` are in -1..1, `sharpen` and `blur` in 0..1.
    """

    grayscale: bool = False
    sepia: bool = False
    invert: bool = False
    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    sharpen: float = 0.0
    blur: float = 0.0


@dataclass(frozen=True, slots=True)
class Edits:
    """Changes of a picture that leave its original alone, in the order in which they are made.

    `crop` is of the upright picture; then `rotate` degrees clockwise, then `flip` left to right, then the
    filters.
    """

    crop: Crop | None = None
    rotate: Turn = 0
    flip: bool = False
    filters: Filters = Filters()

    def normalised(self) -> Edits:
        """The same without what changes nothing: a crop to the whole, filters that are as good as 0."""
        crop = None if self.crop is None or self.crop.is_whole else self.crop
        none = _canonical(asdict(self.filters)) == _canonical(asdict(Filters()))
        return replace(self, crop=crop, filters=Filters() if none else self.filters)


UNEDITED = Edits()


@dataclass(frozen=True, slots=True)
class Recipe:
    """One rendition of one picture.

    `focal` is the point of the upright, unedited picture that a cover crop keeps in view; None is the middle.
    `crop` is a use's own (a gig's hero, say), of the edited picture: it can show no more than the edits do.
    """

    preset: Preset
    format: OutputFormat
    edits: Edits = UNEDITED
    focal: Point | None = None
    crop: Crop | None = None

    @property
    def digest(self) -> str:
        """Names this recipe for good: equal recipes have equal digests, in every process and release."""
        matters = self if self.preset.fit is Fit.COVER else replace(self, focal=None)
        facts = [RENDERER_VERSION, _canonical(asdict(matters))]
        return _hashed(json.dumps(facts, sort_keys=True, separators=(",", ":")))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_DIGITS]


def _canonical(value: Any) -> Any:
    """1 and 1.0 mean the same, and nobody sees a hundred-thousandth of a picture."""
    if isinstance(value, dict):
        return {name: _canonical(part) for name, part in value.items()}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(float(value), 5)
    return value
