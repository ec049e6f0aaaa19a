"""Cloth and print: folds of fabric, a printed pattern."""

import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageOps

from gigs.demo import brush
from gigs.demo.brush import WIDE
from gigs.demo.palettes import Palette

_W, _H = WIDE
_BANDS = 24

Band = tuple[tuple[int, int, int, int], tuple[float, ...]]


def folds(rng: Random, palette: Palette) -> Image.Image:
    """Heavy cloth that hangs in bent folds."""
    waves = [(rng.uniform(2.2, 4) * 1.75**n, rng.uniform(0, math.tau), 0.62**n) for n in range(5)]
    whole = sum(size for _, _, size in waves)
    line = Image.new("L", (800, 1))
    line.putdata([round(128 + 122 * _crease(x / 800, waves) / whole) for x in range(800)])
    hanging = line.resize((_W * 2, _H), Image.Resampling.BICUBIC)
    bend = [rng.uniform(-1, 1) * 260, rng.uniform(-1, 1) * 90, rng.uniform(0, math.tau)]
    bent = hanging.transform(WIDE, Image.Transform.MESH, _bands(bend), Image.Resampling.BILINEAR)
    colour = rng.choice([palette.mid, *palette.accents[:2]])
    image = ImageOps.colorize(bent, brush.darken(colour, 0.66), brush.lighten(colour, 0.62), mid=colour)
    return brush.finish(image, rng, grain=9)


def pattern(rng: Random, palette: Palette) -> Image.Image:
    """A printed pattern of quarter circles, leaves and dots on a grid."""
    inks = [palette.dark, palette.mid, palette.soft, palette.light, *palette.accents]
    side = rng.choice([200, 240, 320]) * 2
    sheet = Image.new("RGB", (_W * 2, _H * 2), palette.light)
    pen = ImageDraw.Draw(sheet)
    forms = rng.sample([_quarter, _lens, _dot, _half, _steps], 3)
    for x in range(0, _W * 2, side):
        for y in range(0, _H * 2, side):
            ground, ink = rng.sample(inks, 2)
            pen.rectangle((x, y, x + side, y + side), fill=ground)
            rng.choice(forms)(pen, x, y, side, rng, ink)
    return brush.finish(sheet.reduce(2), rng, grain=10)


def _crease(t: float, waves: list[tuple[float, float, float]]) -> float:
    """Brightness across the folds: sines, sharpened so that valleys are narrow and backs are broad."""
    return sum((2 * math.pow(abs(math.sin(t * f * math.pi + p)), 0.7) - 1) * size for f, p, size in waves)


def _bands(bend: list[float]) -> list[Band]:
    def shift(y: int) -> float:
        t = y / _H
        return _W * 0.5 + bend[0] * t * t + bend[1] * math.sin(t * 4 + bend[2])

    mesh: list[Band] = []
    for n in range(_BANDS):
        y0, y1 = n * _H // _BANDS, (n + 1) * _H // _BANDS
        a, b = shift(y0), shift(y1)
        mesh.append(((0, y0, _W, y1), (a, y0, b, y1, b + _W, y1, a + _W, y0)))
    return mesh


Form = Callable[[ImageDraw.ImageDraw, int, int, int, Random, brush.Colour], None]


def _quarter(pen: ImageDraw.ImageDraw, x: int, y: int, side: int, rng: Random, ink: brush.Colour) -> None:
    cx, cy = x + side * rng.randint(0, 1), y + side * rng.randint(0, 1)
    start = {(True, True): 0, (False, True): 90, (False, False): 180, (True, False): 270}[(cx == x, cy == y)]
    pen.pieslice((cx - side, cy - side, cx + side, cy + side), start, start + 90, fill=ink)


def _lens(pen: ImageDraw.ImageDraw, x: int, y: int, side: int, rng: Random, ink: brush.Colour) -> None:
    bow = [(math.sin(a / 24 * math.pi) * 0.29, a / 24) for a in range(25)]
    one = [(t + w, t - w) for w, t in bow]
    two = [(t - w, t + w) for w, t in reversed(bow)]
    flip = rng.random() < 0.5
    pen.polygon([(x + side * (1 - u if flip else u), y + side * v) for u, v in [*one, *two]], fill=ink)


def _dot(pen: ImageDraw.ImageDraw, x: int, y: int, side: int, rng: Random, ink: brush.Colour) -> None:
    inset = side * rng.choice([0.14, 0.24, 0.32])
    pen.ellipse((x + inset, y + inset, x + side - inset, y + side - inset), fill=ink)


def _half(pen: ImageDraw.ImageDraw, x: int, y: int, side: int, rng: Random, ink: brush.Colour) -> None:
    start = rng.choice([0, 90, 180, 270])
    dx, dy = {0: (0, -1), 90: (1, 0), 180: (0, 1), 270: (-1, 0)}[start]
    box = (x + dx * side / 2, y + dy * side / 2, x + side + dx * side / 2, y + side + dy * side / 2)
    pen.pieslice(box, start, start + 180, fill=ink)


def _steps(pen: ImageDraw.ImageDraw, x: int, y: int, side: int, _: Random, ink: brush.Colour) -> None:
    for n in range(0, 6, 2):
        inset = side * n / 6
        pen.rectangle((x + inset, y, x + inset + side / 6, y + side), fill=ink)
