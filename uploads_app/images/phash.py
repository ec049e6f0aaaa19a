"""Perceptual hash: near-identical pictures get hashes that differ in few bits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product
from statistics import median

from PIL import Image

_SIDE, _LOW = 32, 8
# A sixteenth of a grey level over the whole square.
_STEP = _SIDE * _SIDE / 16
_COSINES = [[math.cos(math.pi * k * (2 * n + 1) / (2 * _SIDE)) for n in range(_SIDE)] for k in range(_LOW)]


# What is cut away at each edge of the copies of a picture that are foreseen, as a part of the side. A copy
# between two of these steps is near enough to one of them.
_CUTS = (0.0, 0.025, 0.05)
# Of the 32 bits that are set where a picture has something at every frequency. With fewer there is too little
# to tell it from others: plain colours all have the very same hash, and soft slopes a few.
_TELLING_BITS = 16

Box = tuple[float, float, float, float]


def perceptual_hash(image: Image.Image) -> int:
    """The 64-bit DCT hash of a picture, as an unsigned integer.

    The picture is laid on white, made grey and 32 × 32; each of the 8 × 8 lowest DCT-II coefficients, row by
    row from the top left, gives one bit, most significant first: whether it is above their median.
    Source: Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions (2010), 3.2.1.
    """
    return _bits(_coefficients(_grey(image)))


def copy_hashes(image: Image.Image) -> frozenset[int]:
    """The hashes that copies of a picture may have: whole, or with up to 5 % of a side cut off at any edges,
    each also mirrored. At most 162, and none of them flat; empty for a picture that is flat itself.
    """
    grey = _grey(image)
    if is_flat(_bits(_coefficients(grey))):
        return frozenset()
    cut = [_coefficients(grey, box) for box in _cut_boxes(grey.size)]
    found = {_bits(one) for coefficients in cut for one in (coefficients, _mirrored(coefficients))}
    return frozenset(hash_ for hash_ in found if not is_flat(hash_))


def is_flat(hash_: int) -> bool:
    """Whether the picture of a hash shows so little that pictures which only resemble it have the same."""
    return hash_.bit_count() < _TELLING_BITS


def hamming_distance(first: int, second: int) -> int:
    """The number of bits, 0 to 64, in which two hashes differ."""
    return (first ^ second).bit_count()


def _grey(image: Image.Image) -> Image.Image:
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("L")


def _cut_boxes(size: tuple[int, int]) -> Iterator[Box]:
    width, height = size
    for left, top, right, bottom in product(_CUTS, repeat=4):
        yield left * width, top * height, width - right * width, height - bottom * height


def _coefficients(grey: Image.Image, box: Box | None = None) -> list[int]:
    """The 8 × 8 lowest, of the part of the picture within `box` (px)."""
    square = grey.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, box).tobytes()
    return _low_frequencies([square[at : at + _SIDE] for at in range(0, _SIDE * _SIDE, _SIDE)])


def _mirrored(coefficients: Sequence[int]) -> list[int]:
    """Those of the picture seen in a mirror: waves that are odd from left to right turn round."""
    return [-one if place % 2 else one for place, one in enumerate(coefficients)]


def _bits(coefficients: Sequence[int]) -> int:
    middle = median(coefficients)
    bits = 0
    for coefficient in coefficients:
        bits = bits << 1 | (coefficient > middle)
    return bits


def _low_frequencies(rows: list[bytes]) -> list[int]:
    across = [[sum(map(float.__mul__, wave, map(float, row))) for wave in _COSINES] for row in rows]
    columns = list(zip(*across, strict=True))
    # In coarse steps, so that coding noise decides no bit where the picture has nothing at that frequency.
    return [round(sum(map(float.__mul__, wave, column)) / _STEP) for wave in _COSINES for column in columns]
