"""Mountains, a lake between them, dunes."""

import math
from random import Random

from PIL import Image, ImageFilter, ImageOps

from gigs.demo import brush
from gigs.demo.brush import BEYOND, WIDE
from gigs.demo.palettes import Palette

_W, _H = WIDE


def mountains(rng: Random, palette: Palette) -> Image.Image:
    """Ridge behind ridge, each nearer one darker and clearer."""
    image = _sky(rng, palette, horizon=0.55)
    count = rng.randint(5, 7)
    for n in range(count):
        _ridge(image, rng, palette, depth=n / (count - 1), top=0.42 + 0.46 * n / (count - 1))
    return brush.finish(image, rng)


def lake(rng: Random, palette: Palette) -> Image.Image:
    """Mountains and their reflection in still water."""
    shore = round(_H * rng.uniform(0.56, 0.64))
    image = _sky(rng, palette, horizon=0.42)
    for n in range(4):
        _ridge(image, rng, palette, depth=n / 3.4, top=0.3 + 0.22 * n / 3)
    mirror = ImageOps.flip(image.crop((0, 2 * shore - _H, _W, shore)))
    mirror = mirror.resize((_W // 16, _H // 3)).filter(ImageFilter.BoxBlur(1)).resize((_W, _H - shore))
    mirror = Image.blend(mirror, Image.new("RGB", mirror.size, palette.dark), 0.24)
    image.paste(mirror, (0, shore))
    for _ in range(26):
        _ripple(image, rng, shore, palette)
    return brush.finish(image, rng)


def dunes(rng: Random, palette: Palette) -> Image.Image:
    """Long crests of sand with a lit and a shaded side."""
    image = brush.ramp(WIDE, [(0, brush.mix(palette.mid, palette.soft, 0.5)), (0.5, palette.light)])
    brush.glow(image, (_W * rng.uniform(0.2, 0.8), _H * 0.34), 620, brush.lighten(palette.light, 0.6), 0.8)
    for n in range(5):
        _dune(image, rng, palette, n)
    return brush.finish(image, rng)


def _sky(rng: Random, palette: Palette, horizon: float) -> Image.Image:
    stops = [
        (0.0, brush.mix(palette.mid, palette.soft, 0.35)),
        (horizon * 0.7, palette.soft),
        (horizon, palette.light),
    ]
    image = brush.ramp(WIDE, stops)
    sun = (_W * rng.uniform(0.22, 0.78), _H * (horizon - rng.uniform(0.08, 0.2)))
    warm = brush.lighten(palette.accents[-1], 0.55)
    brush.glow(image, sun, 900, warm, 0.75)
    brush.lay(image, brush.lighten(warm, 0.6), brush.soften(brush.ellipse(sun, 52), 12), 0.92)
    return image


def _ridge(image: Image.Image, rng: Random, palette: Palette, depth: float, top: float) -> None:
    """One range; depth 0 is far and lost in haze, 1 is near."""
    height = _H * (0.1 + 0.1 * (1 - abs(depth - 0.4)))
    line = brush.line_of(rng, _W, 6, 0.56)
    crest = [(x, _H * top - y * height + rng.uniform(-2, 2)) for x, y in line]
    shape = brush.polygon([*crest, (_W + BEYOND, _H + 9), (-BEYOND, _H + 9)])
    haze = brush.mix(palette.soft, palette.light, 0.35)
    body = brush.mix(brush.mix(haze, palette.mid, 0.35), palette.dark, depth**1.15)
    misty = brush.mix(body, haze, 0.55 * (1 - depth) + 0.06)
    brush.lay_ramp(image, [(0, body), (0.55, misty), (1, misty)], shape)


def _ripple(image: Image.Image, rng: Random, shore: int, palette: Palette) -> None:
    y = shore + (_H - shore) * rng.random() ** 1.6
    length, thick = rng.uniform(120, 640), 1.2 + 3.2 * (y - shore) / (_H - shore)
    line = brush.ellipse((rng.uniform(0, _W), y), length, thick)
    brush.lay(image, palette.light, line, rng.uniform(0.1, 0.3))


def _dune(image: Image.Image, rng: Random, palette: Palette, n: int) -> None:
    top, rise = _H * (0.42 + 0.13 * n), _H * (0.05 + 0.035 * n)
    crest = [(x, top - y * rise * 1.6) for x, y in brush.line_of(rng, _W, 10, 0.3)]
    shape = brush.polygon([*crest, (_W + BEYOND, _H + 9), (-BEYOND, _H + 9)])
    sand = brush.mix(palette.accents[-1], palette.mid, 0.12 + 0.11 * n)
    brush.lay_ramp(image, [(0, brush.lighten(sand, 0.3)), (0.7, sand), (1, brush.darken(sand, 0.2))], shape)
    # The shaded side hangs from the crest, thin at both its ends.
    start = rng.randint(8, len(crest) // 3)
    part = crest[start : start + len(crest) // rng.randint(2, 3)]
    bend = [math.sin(math.pi * i / (len(part) - 1)) for i in range(len(part))]
    foot = [(x + 60 * b, y + rise * 1.5 * b**1.7) for (x, y), b in zip(part, bend, strict=True)]
    side = brush.polygon([*part, *reversed(foot)])
    brush.lay(image, brush.darken(sand, 0.34), brush.soften(side, 6), 0.72)
