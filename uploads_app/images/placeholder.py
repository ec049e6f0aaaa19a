"""A ThumbHash as a picture that a page holds in itself: shown at once, under the one that is still coming.

Source: the format description and reference decoder by Evan Wallace, https://evanw.github.io/thumbhash/.
"""

from __future__ import annotations

import base64
import binascii
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

# Imported so that Pillow looks for no other.
from PIL import WebPImagePlugin  # noqa: F401 isort: skip

_SIDE = 16  # px, of the longest; browsers blur what they enlarge, and a hash has no more to tell
_OPTIONS = {"quality": 80, "method": 4}  # coarser ones show the edges of WebP's blocks
_KEPT = 4096  # hashes; some 300 bytes each
# The reference decoder makes colours this much stronger than they were encoded.
_VIVID = 1.25

Plane = list[list[float]]


@lru_cache(maxsize=_KEPT)
def placeholder_url(thumbhash: str) -> str:
    """A base64 ThumbHash as a `data:` URL of a WebP of 16 px at most, about 200 characters long.

    Empty for what is no ThumbHash, and for a picture with transparency, which would let it shine through.
    """
    try:
        header, nibbles = _read(base64.b64decode(thumbhash, validate=True))
    except (ValueError, binascii.Error):
        return ""
    out = io.BytesIO()
    _picture(header, nibbles).save(out, "WEBP", **_OPTIONS)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"


@dataclass(frozen=True, slots=True)
class _Header:
    """Averages and scales of lightness, yellow-blue and red-green; how many waves go across and down."""

    averages: tuple[float, float, float]
    scales: tuple[float, float, float]
    across: int
    down: int

    @property
    def size(self) -> tuple[int, int]:
        longest = max(self.across, self.down)
        return max(1, round(_SIDE * self.across / longest)), max(1, round(_SIDE * self.down / longest))

    @property
    def waves(self) -> list[tuple[int, int]]:
        """Across and down, of each plane."""
        return [(max(3, self.across), max(3, self.down)), (3, 3), (3, 3)]


def _read(data: bytes) -> tuple[_Header, Iterator[int]]:
    """Raises ValueError for what is too short, or has transparency."""
    bits = int.from_bytes(data[:5], "little")
    if len(data) < 5 or bits >> 23 & 1:
        raise ValueError("no ThumbHash of an opaque picture")
    shorter, landscape = bits >> 24 & 7, bits >> 39 & 1
    header = _Header(
        averages=((bits & 63) / 63, (bits >> 6 & 63) / 31.5 - 1, (bits >> 12 & 63) / 31.5 - 1),
        scales=((bits >> 18 & 31) / 31, _VIVID * (bits >> 27 & 63) / 63, _VIVID * (bits >> 33 & 63) / 63),
        across=7 if landscape else shorter,
        down=shorter if landscape else 7,
    )
    nibbles = [half for byte in data[5:] for half in (byte & 15, byte >> 4)]
    if len(nibbles) < sum(len(_triangle(*waves)) - 1 for waves in header.waves):
        raise ValueError("a ThumbHash that is cut off")
    return header, iter(nibbles)


@lru_cache(maxsize=32)
def _triangle(across: int, down: int) -> list[tuple[int, int]]:
    """The places of the low waves that a plane keeps, as (across, down), in order; the average first."""
    return [(x, y) for y in range(down) for x in range(across) if x * down < across * (down - y)]


@lru_cache(maxsize=64)
def _waves(number: int, length: int) -> list[list[float]]:
    return [[math.cos(math.pi / length * k * (at + 0.5)) for k in range(number)] for at in range(length)]


def _picture(header: _Header, nibbles: Iterator[int]) -> Image.Image:
    lightness, yellow_blue, red_green = (
        _plane(average, scale, waves, header.size, nibbles)
        for average, scale, waves in zip(header.averages, header.scales, header.waves, strict=True)
    )
    samples = bytearray()
    for light, yellow, red in zip(lightness, yellow_blue, red_green, strict=True):
        for l, p, q in zip(light, yellow, red, strict=True):  # noqa: E741  # as the format names them
            b = l - p * 2 / 3
            r = (3 * l - b + q) / 2
            samples += bytes((_sample(r), _sample(r - q), _sample(b)))
    return Image.frombytes("RGB", header.size, bytes(samples))


def _plane(
    average: float, scale: float, waves: tuple[int, int], size: tuple[int, int], nibbles: Iterator[int]
) -> Plane:
    """Rows of samples: the waves summed up, down each column of waves first, then across."""
    across, down = waves
    strengths = [[0.0] * down for _ in range(across)]
    places = iter(_triangle(across, down))
    next(places)
    strengths[0][0] = average
    for x, y in places:
        strengths[x][y] = 2 * scale * (next(nibbles) / 7.5 - 1)
    columns = _waves(across, size[0])
    rows: Plane = []
    for wave in _waves(down, size[1]):
        summed = [sum(map(float.__mul__, strength, wave)) for strength in strengths]
        rows.append([sum(map(float.__mul__, summed, column)) for column in columns])
    return rows


def _sample(value: float) -> int:
    return min(255, max(0, int(255 * value + 0.5)))
