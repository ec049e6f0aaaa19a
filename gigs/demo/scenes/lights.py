"""Light in the dark: bokeh, candles, a polar night."""

import math
from random import Random

from PIL import Image, ImageChops

from gigs.demo import brush
from gigs.demo.brush import WIDE, Colour, Point
from gigs.demo.palettes import Palette

_W, _H = WIDE


def bokeh(rng: Random, palette: Palette) -> Image.Image:
    """Lamps of an evening street, far out of focus."""
    image = _evening(palette)
    for size, count, strength in ((34, 46, 0.5), (72, 26, 0.36), (130, 12, 0.24)):
        for _ in range(count):
            at = (rng.uniform(-40, _W + 40), rng.gauss(_H * 0.47, _H * 0.17))
            _disc(image, at, size * rng.uniform(0.6, 1.25), rng.choice(palette.accents), strength)
    return brush.finish(image, rng)


def candles(rng: Random, palette: Palette) -> Image.Image:
    """Candles on a dark table, lamps behind them."""
    image = _evening(palette)
    for _ in range(30):
        at = (rng.uniform(0, _W), rng.gauss(_H * 0.34, _H * 0.13))
        _disc(image, at, rng.uniform(26, 80), rng.choice(palette.accents), 0.26)
    table = brush.ramp(
        (_W, 330), [(0, brush.darken(palette.mid, 0.55)), (1, brush.darken(palette.dark, 0.5))]
    )
    image.paste(table, (0, _H - 330))
    count = rng.randint(3, 5)
    for n in range(count):
        x = _W * (n + 0.5) / count + rng.uniform(-70, 70)
        _candle(image, rng, (x, _H - rng.uniform(120, 260)), rng.uniform(170, 430), palette)
    return brush.finish(image, rng)


def aurora(rng: Random, palette: Palette) -> Image.Image:
    """Northern lights over hills, and stars."""
    image = brush.ramp(
        WIDE, [(0, brush.darken(palette.dark, 0.35)), (0.75, brush.mix(palette.dark, palette.mid, 0.7))]
    )
    for _ in range(330):
        at = (rng.uniform(0, _W), _H * 0.85 * rng.random())
        brush.lay(
            image,
            palette.light,
            brush.ellipse(at, rng.choice([0.8, 0.9, 1.1, 1.3, 2.1])),
            rng.uniform(0.3, 1),
        )
    for n in range(3):
        _curtain(image, rng, brush.mix((96, 222, 168), palette.accents[-1], n * 0.3), n)
    for depth in (0.5, 1.0):
        line = brush.line_of(rng, _W, 8, 0.5)
        crest = [(x, _H * (0.76 + 0.1 * depth) - y * 90) for x, y in line]
        hills = brush.polygon([*crest, (_W + brush.BEYOND, _H + 9), (-brush.BEYOND, _H + 9)])
        brush.lay(image, brush.darken(palette.dark, 0.3 + 0.45 * depth), hills)
    return brush.finish(image, rng)


def _evening(palette: Palette) -> Image.Image:
    deep = brush.darken(palette.dark, 0.45)
    image = brush.ramp(WIDE, [(0, deep), (0.5, brush.mix(palette.dark, palette.mid, 0.35)), (1, deep)])
    brush.glow(image, (_W * 0.5, _H * 0.46), 900, palette.mid, 0.35)
    return image


def _disc(image: Image.Image, at: Point, radius: float, colour: Colour, strength: float) -> None:
    """An unfocused light: even, with a brighter rim, added to what is behind it."""
    disc = brush.soften(brush.ellipse(at, radius), max(2.0, radius / 26))
    rim = brush.soften(brush.ellipse(at, radius * 0.86), radius / 9)
    x, y = disc.at
    box = (x, y, x + disc.mask.width, y + disc.mask.height)
    light = Image.new("RGB", disc.mask.size)
    light.paste(brush.mix((0, 0, 0), colour, strength * 1.35), (0, 0), disc.mask)
    light.paste(brush.mix((0, 0, 0), colour, strength), (rim.at[0] - x, rim.at[1] - y), rim.mask)
    image.paste(ImageChops.screen(image.crop(box), light), box)


def _candle(image: Image.Image, rng: Random, foot: Point, height: float, palette: Palette) -> None:
    half, top = rng.uniform(44, 64), foot[1] - height
    flame = (foot[0], top - 58)
    brush.glow(image, flame, 430, brush.mix(palette.accents[0], (255, 190, 110), 0.6), 0.55)
    brush.shade(image, brush.ellipse((foot[0], foot[1] + 6), half * 1.5, 18), 12, 0.7)
    wax = brush.mix(palette.light, (250, 226, 190), 0.5)
    body = brush.polygon(
        [(foot[0] - half, top), (foot[0] + half, top), (foot[0] + half, foot[1]), (foot[0] - half, foot[1])]
    )
    stops = [(0.0, brush.lighten(wax, 0.4)), (0.22, wax), (1.0, brush.darken(wax, 0.72))]
    brush.lay(image, brush.darken(wax, 0.7), brush.ellipse(foot, half, 12))
    brush.lay_ramp(image, stops, body)
    brush.lay(image, brush.lighten(wax, 0.55), brush.ellipse((foot[0], top), half, 12))
    brush.lay(image, (60, 40, 30), brush.stroke([(foot[0], top), (foot[0] + 3, top - 26)], 5))
    drop = [
        (flame[0] + 19 * math.sin(t / 20 * math.tau) * (t / 20) ** 0.4, flame[1] - 48 + 88 * _fall(t / 20))
        for t in range(21)
    ]
    fire = brush.polygon(drop)
    brush.lay(image, (255, 196, 96), brush.soften(fire, 9))
    brush.lay_ramp(image, [(0, (255, 214, 130)), (0.6, (255, 246, 214)), (1, (255, 188, 92))], fire)


def _fall(t: float) -> float:
    return 1 - math.pow(abs(2 * t - 1), 1.4)


def _curtain(image: Image.Image, rng: Random, colour: Colour, n: int) -> None:
    line = [(x, _H * (0.42 + 0.09 * n) - y * 170) for x, y in brush.line_of(rng, _W, 16, 0.55)]
    for (x, y), (_, sway) in zip(line, brush.line_of(rng, _W, 16, 0.8), strict=True):
        tall = 250 + 190 * abs(sway) + rng.uniform(-20, 20)
        ray = Image.linear_gradient("L").point(
            [round(v * (0.34 if v < 226 else (255 - v) / 90)) for v in range(256)]
        )
        image.paste(
            colour, (round(x), round(y - tall)), ray.resize((26, round(tall) + 40), Image.Resampling.BICUBIC)
        )
