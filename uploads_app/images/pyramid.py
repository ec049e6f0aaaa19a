"""One decoded picture and the smaller ones made from it, each the source of the next where it has plenty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from .geometry import WHOLE, Box, Size
from .pixels import to_srgb

# Made from a picture with this many times its pixels a side, a resized one is as good as one made from the
# original (measured, docs/benchmarks.md), at a fraction of the time.
_PLENTY = 1.45
_SMALL = 700_000  # px
# Pillow first averages whole pixels where it can leave this many times the pixels that are wanted.
_GAP = 2.0
_SEAM = 8  # px that two halves overlap by; filters reach 3
_WORTH_TWO = 8_000_000  # px; resizing more than that is shared by two threads

Wanted = tuple[Box, Size]


def resized(image: Image.Image, profile: bytes | None, wanted: Sequence[Wanted]) -> Iterator[Image.Image]:
    """Each wanted part of a picture at its size in px, in sRGB, RGB or RGBA; largest first is best.

    Colours are converted from `profile` once a picture is small. Pictures are let go of as soon as nothing
    more is made from them, the decoded one (pass no other reference to it) first of all.
    """
    boxes = [WHOLE, *(box for box, _ in wanted)]
    sizes = [image.size, *(size for _, size in wanted)]
    sources = [_source(index, boxes, sizes) for index in range(1, len(boxes))]
    levels: dict[int, Image.Image] = {0: image}
    del image
    for index, source in enumerate(sources, start=1):
        part = boxes[index].relative_to(boxes[source])
        made = _resize(levels[source], part, sizes[index])
        levels[index] = to_srgb(made, profile) if source == 0 else made
        needed = set(sources[index:])
        yield levels[index]
        levels = {kept: level for kept, level in levels.items() if kept in needed}


def _source(index: int, boxes: Sequence[Box], sizes: Sequence[Size]) -> int:
    """The smallest picture before it that holds what is wanted with plenty of pixels; else the first.

    Never an enlarged one (the cover of a small picture): its pixels are many, and all blurred.
    """
    fit = [
        before
        for before in range(1, index)
        if not _enlarged(boxes[before], sizes[before], sizes[0])
        and _holds(boxes[before], boxes[index])
        and _plenty(sizes[before], boxes[index].relative_to(boxes[before]), sizes[index])
    ]
    return min(fit, key=lambda before: sizes[before][0] * sizes[before][1], default=0)


def _resize(level: Image.Image, part: Box, size: Size) -> Image.Image:
    # The wider filter is worth its time where it is cheap; on large pictures the difference is not seen.
    kind = Image.Resampling.LANCZOS if size[0] * size[1] <= _SMALL else Image.Resampling.BICUBIC
    box = _pixels(part, level.size)
    if level.width * level.height < _WORTH_TWO or box[3] - box[1] >= 2 * _GAP * size[1]:
        return level.resize(size, kind, box, reducing_gap=_GAP)
    return _resize_in_halves(level, size, kind, box)


def _resize_in_halves(
    level: Image.Image, size: Size, kind: Image.Resampling, box: tuple[float, float, float, float]
) -> Image.Image:
    """The same but for rounding, the lower half of it made by a thread beside.

    Each half is made with some rows of the other, and cut, so that no filter ends at the seam.
    """
    left, top, right, bottom = box
    (width, height), half = size, size[1] // 2

    def rows(first: int, last: int) -> Image.Image:
        each = (bottom - top) / height
        part = (left, top + first * each, right, top + last * each)
        return level.resize((width, last - first), kind, part)

    whole = Image.new(level.mode, size)
    with ThreadPoolExecutor(1) as beside:
        lower = beside.submit(rows, half - _SEAM, height)
        whole.paste(rows(0, half + _SEAM).crop((0, 0, width, half)), (0, 0))
        whole.paste(lower.result().crop((0, _SEAM, width, height - half + _SEAM)), (0, half))
    return whole


def _holds(outer: Box, inner: Box) -> bool:
    slack = 1e-9
    return (
        outer.left <= inner.left + slack
        and outer.top <= inner.top + slack
        and outer.right >= inner.right - slack
        and outer.bottom >= inner.bottom - slack
    )


def _enlarged(box: Box, size: Size, whole: Size) -> bool:
    return size[0] > box.width * whole[0] + 1 or size[1] > box.height * whole[1] + 1


def _plenty(level: Size, part: Box, size: Size) -> bool:
    return part.width * level[0] >= _PLENTY * size[0] and part.height * level[1] >= _PLENTY * size[1]


def _pixels(part: Box, size: Size) -> tuple[float, float, float, float]:
    """A box in px, a pixel a side at least, within the picture."""
    left, top = min(part.left * size[0], size[0] - 1), min(part.top * size[1], size[1] - 1)
    right, bottom = max(part.right * size[0], left + 1), max(part.bottom * size[1], top + 1)
    return max(0.0, left), max(0.0, top), min(right, float(size[0])), min(bottom, float(size[1]))
