"""Perceptual hash: near-identical pictures get hashes that differ in few bits."""

from __future__ import annotations

import math
from statistics import median

from PIL import Image

_SIDE, _LOW = 32, 8
# A sixteenth of a grey level over the whole square.
_STEP = _SIDE * _SIDE / 16
_COSINES = [[math.cos(math.pi * k * (2 * n + 1) / (2 * _SIDE)) for n in range(_SIDE)] for k in range(_LOW)]


def perceptual_hash(image: Image.Image) -> int:
    """The 64-bit DCT hash of a picture, as an unsigned integer.

    The picture is laid on white, made grey and 32 × 32; each of the 8 × 8 lowest DCT-II coefficients, row by
    row from the top left, gives one bit, most significant first: whether it is above their median.
    Source: Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions (2010), 3.2.1.
    """
    coefficients = _low_frequencies(_grey_square(image))
    middle = median(coefficients)
    bits = 0
    for coefficient in coefficients:
        bits = bits << 1 | (coefficient > middle)
    return bits


def hamming_distance(first: int, second: int) -> int:
    """The number of bits, 0 to 64, in which two hashes differ."""
    return (first ^ second).bit_count()


def _grey_square(image: Image.Image) -> list[bytes]:
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    grey = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BILINEAR).tobytes()
    return [grey[at : at + _SIDE] for at in range(0, _SIDE * _SIDE, _SIDE)]


def _low_frequencies(rows: list[bytes]) -> list[int]:
    across = [[sum(map(float.__mul__, wave, map(float, row))) for wave in _COSINES] for row in rows]
    columns = list(zip(*across, strict=True))
    # In coarse steps, so that coding noise decides no bit where the picture has nothing at that frequency.
    return [round(sum(map(float.__mul__, wave, column)) / _STEP) for wave in _COSINES for column in columns]
