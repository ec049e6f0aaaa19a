"""The closed set of sizes that pictures are shown in. Nothing else is ever rendered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Fit(StrEnum):
    """How a picture gets into its box."""

    COVER = "cover"  # fills it exactly; what does not fit is cut off around the focal point
    FIT = "fit"  # lies within it whole, never enlarged


class OutputFormat(StrEnum):
    """A format that renditions are written in; its value is the extension in addresses."""

    AVIF = "avif"
    WEBP = "webp"
    JPEG = "jpg"

    @property
    def content_type(self) -> str:
        return "image/jpeg" if self is OutputFormat.JPEG else f"image/{self.value}"


@dataclass(frozen=True, slots=True)
class Preset:
    """A named box in px. `height` is None where only the width is bounded (never so with COVER)."""

    name: str
    width: int
    height: int | None
    fit: Fit


_ALL = (
    Preset("thumb", 96, 96, Fit.COVER),
    Preset("avatar", 256, 256, Fit.COVER),
    Preset("card", 480, 360, Fit.COVER),
    *(Preset(f"w{width}", width, None, Fit.FIT) for width in (320, 640, 960, 1280, 1920)),
)

# A rendition has no more pixels than this: a very tall one is narrower than its preset. Encoders hold up to
# 55 bytes for each, and the tallest picture that is accepted would need 1.8 GB (docs/decisions, 15).
MOST_PIXELS = 8_000_000

PRESETS = MappingProxyType({preset.name: preset for preset in _ALL})
WIDTHS = tuple(preset.name for preset in _ALL if preset.fit is Fit.FIT)
