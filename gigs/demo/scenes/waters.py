"""The sea from its shore, and the shore from above."""

import math
from random import Random

from PIL import Image

from gigs.demo import brush
from gigs.demo.brush import BEYOND, WIDE
from gigs.demo.palettes import Palette

_W, _H = WIDE


def sea(rng: Random, palette: Palette) -> Image.Image:
    """Waves under a low sun, larger the nearer they are."""
    horizon = _H * rng.uniform(0.36, 0.46)
    image = brush.ramp(WIDE, [(0, brush.mix(palette.mid, palette.soft, 0.55)), (horizon / _H, palette.light)])
    sun = (_W * rng.uniform(0.3, 0.7), horizon - rng.uniform(60, 150))
    brush.glow(image, sun, 760, brush.lighten(palette.accents[0], 0.5), 0.85)
    brush.lay(image, brush.lighten(palette.accents[0], 0.75), brush.soften(brush.ellipse(sun, 46), 10))
    water = brush.ramp((_W, _H - round(horizon)), [(0, palette.soft), (0.3, palette.mid), (1, palette.dark)])
    image.paste(water, (0, round(horizon)))
    for n in range(22):
        _wave(image, rng, palette, horizon, n / 21)
    for _ in range(70):
        _glint(image, rng, palette, horizon, sun[0])
    return brush.finish(image, rng)


def coast(rng: Random, palette: Palette) -> Image.Image:
    """A beach from high above: sand, foam and the deepening water."""
    sand = brush.mix(palette.light, palette.accents[-1], 0.35)
    image = brush.ramp(WIDE, [(0, brush.lighten(sand, 0.2)), (1, sand)], across=True)
    lean, shore = rng.uniform(-0.25, 0.25), _W * rng.uniform(0.36, 0.5)
    bands = [
        (-70, brush.darken(sand, 0.1), 1.0), (0, brush.lighten(palette.light, 0.7), 0.95),
        (34, brush.mix(palette.light, palette.soft, 0.6), 0.9), (110, palette.soft, 0.85),
        (150, brush.lighten(palette.light, 0.6), 0.5), (172, palette.soft, 0.8),
        (330, brush.mix(palette.soft, palette.mid, 0.55), 0.75), (560, palette.mid, 0.7),
        (860, brush.mix(palette.mid, palette.dark, 0.6), 0.7),
    ]  # fmt: skip
    base = brush.line_of(rng, _H, 12, 0.5)
    for reach, colour, opacity in bands:
        own = brush.line_of(rng, _H, 12, 0.55)
        edge = [
            (shore + reach + lean * (y - _H / 2) + a * 130 + b * (22 + reach * 0.08), y)
            for (y, a), (_, b) in zip(base, own, strict=True)
        ]
        shape = brush.polygon([*edge, (_W + BEYOND, _H + BEYOND), (_W + BEYOND, -BEYOND)])
        brush.lay(image, colour, brush.soften(shape, 16) if reach > 200 or reach < 0 else shape, opacity)
    return brush.finish(image, rng)


def _wave(image: Image.Image, rng: Random, palette: Palette, horizon: float, near: float) -> None:
    top = horizon + (_H - horizon) * near**1.7
    rise = 2 + 34 * near
    phase, length = rng.uniform(0, math.tau), _W * (0.12 + 0.5 * near) * rng.uniform(0.8, 1.3)
    wander = brush.line_of(rng, _W, 14, 0.6)
    crest = [(x, top - rise * (math.sin(x / length * math.tau + phase) * 0.5 + 0.6 * w)) for x, w in wander]
    under = [(x, y + rise * 1.5 + 3) for x, y in reversed(crest)]
    shape = brush.polygon([*crest, *under])
    colour = brush.mix(brush.mix(palette.soft, palette.mid, near), palette.dark, 0.35 + 0.35 * near)
    light = brush.mix(palette.light, palette.soft, 0.3 + 0.5 * near)
    brush.lay_ramp(image, [(0, light), (0.25, colour), (1, palette.dark)], shape, opacity=0.3)


def _glint(image: Image.Image, rng: Random, palette: Palette, horizon: float, x: float) -> None:
    near = rng.random() ** 1.3
    at = (x + rng.gauss(0, 30 + 190 * near), horizon + 6 + (_H - horizon) * near * 0.95)
    spot = brush.ellipse(at, 5 + 42 * near * rng.random(), 1 + 2.6 * near)
    brush.lay(image, brush.lighten(palette.accents[0], 0.7), spot, rng.uniform(0.35, 0.85))
