"""ThumbHash: a blurred placeholder of a picture in about 25 bytes.

Source: the format description and reference encoder by Evan Wallace, https://evanw.github.io/thumbhash/.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image

_SIDE = 32
Plane = list[float]


def thumbhash(image: Image.Image) -> bytes:
    """Encode a picture of any size in px as a ThumbHash; the picture is first fitted into 32 × 32."""
    small = image.convert("RGBA")
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    width, height = small.size
    lightness, yellow_blue, red_green, alpha = _planes(small.tobytes())
    has_alpha = any(value < 1 for value in alpha)
    limit, longest = (5 if has_alpha else 7), max(width, height)
    across = max(1, _round(limit * width / longest))
    down = max(1, _round(limit * height / longest))
    channels = [
        _encode(lightness, width, height, max(3, across), max(3, down)),
        _encode(yellow_blue, width, height, 3, 3),
        _encode(red_green, width, height, 3, 3),
    ]
    if has_alpha:
        channels.append(_encode(alpha, width, height, 5, 5))
    landscape = width > height
    return _pack(channels, down if landscape else across, landscape)


@dataclass(frozen=True, slots=True)
class _Channel:
    """DC and AC coefficients of a plane; `ac` is normalised to 0..1 by `scale`."""

    dc: float
    ac: list[float]
    scale: float


def _planes(rgba: bytes) -> tuple[Plane, Plane, Plane, Plane]:
    """Split into lightness, yellow-blue, red-green and alpha; transparency takes the average colour."""
    alpha = [value / 255 for value in rgba[3::4]]
    total = sum(alpha)
    colours = []
    for offset in range(3):
        values = rgba[offset::4]
        average = sum(a * v for a, v in zip(alpha, values, strict=True)) / 255 / total if total else 0.0
        colours.append([average * (1 - a) + a * v / 255 for a, v in zip(alpha, values, strict=True)])
    red, green, blue = colours
    lightness = [(r + g + b) / 3 for r, g, b in zip(red, green, blue, strict=True)]
    yellow_blue = [(r + g) / 2 - b for r, g, b in zip(red, green, blue, strict=True)]
    red_green = [r - g for r, g in zip(red, green, strict=True)]
    return lightness, yellow_blue, red_green, alpha


def _encode(plane: Plane, width: int, height: int, across: int, down: int) -> _Channel:
    """The triangle of low DCT coefficients of a plane, separably: rows first, then columns."""
    row_waves = [[math.cos(math.pi / width * k * (x + 0.5)) for x in range(width)] for k in range(across)]
    column_waves = [[math.cos(math.pi / height * k * (y + 0.5)) for y in range(height)] for k in range(down)]
    rows = [plane[at : at + width] for at in range(0, width * height, width)]
    by_row = [[sum(map(float.__mul__, row, wave)) for row in rows] for wave in row_waves]
    found = [
        sum(map(float.__mul__, by_row[x], column_waves[y])) / (width * height)
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y)
    ]
    dc, ac = found[0], found[1:]
    scale = max((abs(value) for value in ac), default=0.0)
    return _Channel(dc, [0.5 + 0.5 / scale * value for value in ac] if scale else ac, scale)


def _pack(channels: list[_Channel], shorter: int, landscape: bool) -> bytes:
    light, yellow_blue, red_green = channels[:3]
    has_alpha = len(channels) > 3
    header = _round(63 * light.dc) | _round(31.5 + 31.5 * yellow_blue.dc) << 6
    header |= _round(31.5 + 31.5 * red_green.dc) << 12 | _round(31 * light.scale) << 18 | has_alpha << 23
    header |= (shorter | _round(63 * yellow_blue.scale) << 3 | _round(63 * red_green.scale) << 9) << 24
    header |= landscape << 39
    out = bytearray(header.to_bytes(5, "little"))
    if has_alpha:
        out.append(_round(15 * channels[3].dc) | _round(15 * channels[3].scale) << 4)
    nibbles = [_round(15 * value) for channel in channels for value in channel.ac]
    nibbles += [0] * (len(nibbles) & 1)
    out += bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
    return bytes(out)


def _round(value: float) -> int:
    """Round half up, as the reference does; Python rounds half to even."""
    return math.floor(value + 0.5)
