"""Leaves before a wall, their shadows behind them."""

import math
from random import Random

from PIL import Image

from gigs.demo import brush
from gigs.demo.brush import WIDE, Point
from gigs.demo.palettes import Palette

_W, _H = WIDE


def leaves(rng: Random, palette: Palette) -> Image.Image:
    """A few branches reaching in from the edge."""
    wall = brush.mix(palette.light, palette.soft, rng.uniform(0.2, 0.6))
    image = brush.ramp(WIDE, [(0, brush.lighten(wall, 0.3)), (1, brush.darken(wall, 0.1))], across=True)
    brush.glow(image, (_W * 0.3, _H * 0.25), 800, brush.lighten(wall, 0.7), 0.5)
    branches = [_branch(rng, n) for n in range(rng.randint(3, 4))]
    for _, foliage in branches:
        for one, other in foliage:
            shape = brush.polygon([*one, *reversed(other)])
            brush.shade(image, shape, 18, 0.22, (80, 66))
    for number, (stem, foliage) in enumerate(branches):
        green = brush.mix(palette.mid, palette.accents[1], rng.uniform(0.1, 0.7))
        green = brush.mix(green, palette.dark, 0.16 * number)
        brush.lay(image, brush.darken(green, 0.3), brush.stroke(stem, 7))
        for one, other in foliage:
            _leaf(image, one, other, brush.mix(green, palette.light, rng.uniform(0, 0.16)))
    return brush.finish(image, rng)


def _branch(rng: Random, number: int) -> tuple[list[Point], list[tuple[list[Point], list[Point]]]]:
    """A stem from the lower edge, and its leaves: each as the two sides from base to tip."""
    x, y = _W * (0.16 + 0.24 * number) + rng.uniform(-90, 90), _H + 30.0
    turn, bow = math.radians(rng.uniform(-104, -76)), rng.uniform(-0.035, 0.035)
    stem, foliage = [(x, y)], []
    steps, size = rng.randint(13, 18), rng.uniform(150, 235)
    for n in range(steps):
        turn += bow
        x, y = x + math.cos(turn) * 66, y + math.sin(turn) * 66
        stem.append((x, y))
        if n >= 2:
            scale = size * (1.12 - 0.62 * n / steps)
            sides = (turn + hand * rng.uniform(0.6, 0.95) for hand in (-1, 1))
            foliage += [_sides((x, y), side, scale * rng.uniform(0.85, 1.1)) for side in sides]
    foliage.append(_sides((x, y), turn, size * 0.6))
    return stem, foliage


def _sides(base: Point, turn: float, length: float) -> tuple[list[Point], list[Point]]:
    c, s = math.cos(turn), math.sin(turn)
    one, other = [], []
    for n in range(15):
        t = n / 14
        along, half = length * t, length * 0.2 * math.sin(math.pi * t**0.8)
        droop = length * 0.1 * t * t
        one.append((base[0] + along * c - half * s, base[1] + along * s + half * c + droop))
        other.append((base[0] + along * c + half * s, base[1] + along * s - half * c + droop))
    return one, other


def _leaf(image: Image.Image, one: list[Point], other: list[Point], green: brush.Colour) -> None:
    """Two halves that catch the light differently, and the rib between them."""
    rib = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(one, other, strict=True)]
    brush.lay_ramp(image, [(0, brush.lighten(green, 0.3)), (1, green)], brush.polygon([*one, *reversed(rib)]))
    brush.lay_ramp(
        image,
        [(0, brush.darken(green, 0.12)), (1, brush.darken(green, 0.34))],
        brush.polygon([*other, *reversed(rib)]),
    )
    brush.lay(image, brush.lighten(green, 0.45), brush.stroke(rib[:-1], 2), 0.6)
