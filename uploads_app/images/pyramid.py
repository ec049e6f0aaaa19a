"""One decoded picture and the smaller ones made from it, to make the next from."""

from __future__ import annotations

from PIL import Image

from .geometry import WHOLE, Box, Size
from .pixels import to_srgb

# Made from a picture with at least this many times its pixels a side, a resized one is as good as made from
# the original: the filter still sees more samples than it writes.
_ENOUGH = 1.9


class Pyramid:
    """Gives any part of a picture at any smaller size, in sRGB, RGB or RGBA."""

    def __init__(self, image: Image.Image, profile: bytes | None) -> None:
        self._profile = profile
        self._levels: list[tuple[Box, Image.Image]] = [(WHOLE, image)]

    def resized(self, box: Box, size: Size) -> Image.Image:
        """The part `box` at `size` px, from the smallest level that has plenty for it."""
        outer, level = self._levels[0]
        for candidate_box, candidate in self._levels[1:]:
            if _holds(candidate_box, box) and _plenty(candidate, box.relative_to(candidate_box), size):
                outer, level = candidate_box, candidate
        inner = box.relative_to(outer)
        made = level.resize(size, Image.Resampling.LANCZOS, _pixels(inner, level.size), reducing_gap=2.0)
        if level is self._levels[0][1]:
            made = to_srgb(made, self._profile)
        self._levels.append((box, made))
        return made


def _holds(outer: Box, inner: Box) -> bool:
    slack = 1e-9
    return (
        outer.left <= inner.left + slack
        and outer.top <= inner.top + slack
        and outer.right >= inner.right - slack
        and outer.bottom >= inner.bottom - slack
    )


def _plenty(level: Image.Image, part: Box, size: Size) -> bool:
    return part.width * level.width >= _ENOUGH * size[0] and part.height * level.height >= _ENOUGH * size[1]


def _pixels(part: Box, size: Size) -> tuple[float, float, float, float]:
    """A box in px, a pixel a side at least, within the picture."""
    left, top = min(part.left * size[0], size[0] - 1), min(part.top * size[1], size[1] - 1)
    right, bottom = max(part.right * size[0], left + 1), max(part.bottom * size[1], top + 1)
    return max(0.0, left), max(0.0, top), min(right, float(size[0])), min(bottom, float(size[1]))
