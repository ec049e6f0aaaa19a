"""Desks and shelves: stationery, books, a record on its player."""

import math
from random import Random

from PIL import Image, ImageDraw

from gigs.demo import brush
from gigs.demo.brush import WIDE, Colour, Point
from gigs.demo.palettes import Palette

_W, _H = WIDE


def stationery(rng: Random, palette: Palette) -> Image.Image:
    """Cards and sheets with a made-up mark, laid out on coloured paper."""
    ground = rng.choice([palette.soft, palette.mid, palette.accents[1]])
    image = brush.ramp(WIDE, [(0, brush.lighten(ground, 0.2)), (1, brush.darken(ground, 0.12))], across=True)
    turn, ink = rng.uniform(-16, 16), rng.choice([palette.dark, palette.accents[0]])
    sheets = [
        ((0.33, 0.52), 620, 860, brush.lighten(palette.light, 0.5)), ((0.74, 0.3), 470, 290, ink),
        ((0.8, 0.68), 470, 290, brush.lighten(palette.light, 0.6)),
        ((0.56, 0.86), 300, 300, palette.accents[-1]),
    ]  # fmt: skip
    mark = rng.randint(0, 2)
    for n, ((x, y), width, height, paper) in enumerate(sheets):
        at = (x * _W + rng.uniform(-25, 25), y * _H + rng.uniform(-25, 25))
        own = turn + rng.uniform(-3, 3)
        sheet = brush.polygon(brush.rectangle(at, width, height, own))
        brush.shade(image, sheet, 26, 0.42, (16, 24))
        brush.lay_ramp(image, [(0, brush.lighten(paper, 0.1)), (1, brush.darken(paper, 0.05))], sheet)
        colour = palette.light if paper in (ink, palette.accents[-1]) else ink
        _mark(
            image,
            at if n else (at[0], at[1] - 240),
            min(width, height) * (0.2 if n else 0.12),
            own,
            mark,
            colour,
        )
        if n == 0:
            _words(image, rng, at, own, brush.mix(paper, palette.dark, 0.5))
    return brush.finish(image, rng)


def books(rng: Random, palette: Palette) -> Image.Image:
    """A stack of cloth-bound books in side light."""
    edge = _H * 0.8
    wall = brush.mix(palette.light, palette.soft, 0.5)
    image = brush.ramp(WIDE, [(0, brush.lighten(wall, 0.25)), (1, brush.darken(wall, 0.16))], across=True)
    table = brush.ramp((_W, round(_H - edge)), [(0, brush.darken(palette.mid, 0.2)), (1, palette.mid)])
    image.paste(table, (0, round(edge)))
    cloths = [palette.mid, palette.dark, palette.light, *palette.accents]
    rng.shuffle(cloths)
    foot, centre = edge + 90, _W * rng.uniform(0.44, 0.56)
    brush.shade(image, brush.ellipse((centre + 60, foot + 6), 560, 36), 24, 0.6)
    for n in range(rng.randint(4, 6)):
        thick, wide = rng.uniform(78, 138), rng.uniform(720, 960) - n * 22
        _book(
            image,
            rng,
            (centre + rng.uniform(-46, 46), foot - thick / 2),
            wide,
            thick,
            cloths[n % len(cloths)],
        )
        foot -= thick
    return brush.finish(image, rng)


def record(rng: Random, palette: Palette) -> Image.Image:
    """A record on its player, from above."""
    wood = brush.mix(palette.mid, palette.accents[-1], 0.4)
    image = brush.ramp(WIDE, [(0, brush.lighten(wood, 0.16)), (1, brush.darken(wood, 0.2))])
    centre, radius = (_W * rng.uniform(0.4, 0.46), _H * 0.5), 500.0
    plate = brush.ellipse(centre, radius + 26)
    brush.shade(image, plate, 40, 0.55, (22, 34))
    brush.lay_ramp(image, [(0, (196, 196, 194)), (1, (96, 97, 100))], plate)
    disc = brush.ellipse(centre, radius)
    grooves = Image.new("RGB", (_W * 2, _H * 2), (22, 22, 25))
    pen = ImageDraw.Draw(grooves)
    for ring in range(96):
        r, tone = (radius - 8 - ring * 3.5) * 2, rng.randint(24, 40)
        at = (centre[0] * 2, centre[1] * 2)
        pen.ellipse((at[0] - r, at[1] - r, at[0] + r, at[1] + r), outline=(tone, tone, tone + 3), width=3)
    sheen = grooves.reduce(2)
    for turn in (rng.uniform(20, 60), rng.uniform(200, 240)):
        wedge = [centre, *(_spoke(centre, radius, turn + a) for a in (-13, -6, 0, 6, 13))]
        brush.lay(sheen, (216, 218, 226), brush.soften(brush.polygon(wedge), 26), 0.34)
    brush.lay_picture(image, sheen, disc)
    for r, colour in (
        (158, palette.accents[0]),
        (150, brush.lighten(palette.accents[0], 0.12)),
        (64, palette.light),
    ):
        brush.lay(image, colour, brush.ellipse(centre, r))
    brush.lay(image, (30, 30, 32), brush.ellipse(centre, 10))
    _arm(image, centre)
    return brush.finish(image, rng)


def _mark(image: Image.Image, at: Point, size: float, degrees: float, kind: int, ink: Colour) -> None:
    """A simple sign: three ways to set two forms together."""
    if kind == 0:
        brush.lay(image, ink, brush.ellipse((at[0] - size * 0.34, at[1]), size * 0.66))
        brush.lay(
            image,
            brush.mix(ink, (255, 255, 255), 0.4),
            brush.ellipse((at[0] + size * 0.46, at[1]), size * 0.5),
            0.85,
        )
        return
    if kind == 1:
        for n in (-1, 0, 1):
            bar = brush.rectangle((at[0] + n * size * 0.6, at[1]), size * 0.36, size * (1.7 - 0.5 * abs(n)))
            brush.lay(image, ink, brush.polygon(brush.around(bar, at, degrees)))
        return
    bow = [
        (at[0] + math.cos(a / 24 * math.pi) * size, at[1] - math.sin(a / 24 * math.pi) * size)
        for a in range(25)
    ]
    brush.lay(image, ink, brush.polygon(brush.around(bow, at, degrees)))
    brush.lay(
        image,
        ink,
        brush.polygon(brush.rectangle((at[0], at[1] + size * 0.36), size * 2, size * 0.22, degrees)),
    )


def _words(image: Image.Image, rng: Random, at: Point, degrees: float, ink: Colour) -> None:
    for n in range(11):
        length = 420 * (rng.uniform(0.45, 0.7) if n in (4, 10) else rng.uniform(0.9, 1))
        y = at[1] - 60 + n * 34 + (26 if n > 4 else 0)
        bar = brush.rectangle((at[0] - 210 + length / 2, y), length, 7)
        brush.lay(image, ink, brush.polygon(brush.around(bar, at, degrees)), 0.5)


def _book(image: Image.Image, rng: Random, at: Point, width: float, thick: float, cloth: Colour) -> None:
    body = brush.polygon(brush.rectangle(at, width, thick - 3, rng.uniform(-0.5, 0.5)))
    stops = [
        (0.0, brush.lighten(cloth, 0.3)),
        (0.18, cloth),
        (0.8, brush.darken(cloth, 0.18)),
        (1.0, brush.darken(cloth, 0.5)),
    ]
    brush.lay_ramp(image, stops, body)
    dim = brush.polygon(brush.rectangle((at[0] + width * 0.25, at[1]), width * 0.5, thick - 3))
    brush.lay(image, brush.darken(cloth, 0.8), brush.soften(dim, 60), 0.16)
    foil = brush.lighten(cloth, 0.7) if sum(cloth) < 420 else brush.darken(cloth, 0.6)
    for x in (-0.42, 0.42):
        brush.lay(
            image, foil, brush.polygon(brush.rectangle((at[0] + width * x, at[1]), 7, thick * 0.86)), 0.7
        )
    title = brush.rectangle((at[0] + rng.uniform(-90, 60), at[1]), rng.uniform(170, 330), thick * 0.13)
    brush.lay(image, foil, brush.polygon(title), 0.75)


def _spoke(centre: Point, radius: float, degrees: float) -> Point:
    turn = math.radians(degrees)
    return (centre[0] + math.cos(turn) * radius, centre[1] + math.sin(turn) * radius)


def _arm(image: Image.Image, centre: Point) -> None:
    pivot, bend, tip = (_W - 250.0, 250.0), (_W - 300.0, 820.0), (centre[0] + 320, centre[1] + 300)
    arm = brush.stroke([pivot, bend, tip], 18)
    brush.shade(image, arm, 12, 0.6, (14, 20))
    base = brush.ellipse(pivot, 92)
    brush.shade(image, base, 18, 0.55, (10, 14))
    brush.lay_ramp(image, [(0, (232, 232, 230)), (1, (128, 129, 132))], base)
    brush.lay_ramp(image, [(0, (238, 238, 236)), (1, (158, 159, 162))], arm, across=True)
    brush.lay(image, (58, 59, 63), brush.ellipse(pivot, 38))
    brush.lay(image, (44, 45, 50), brush.stroke([(tip[0] + 34, tip[1] - 2), tip], 40))
