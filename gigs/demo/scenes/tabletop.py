"""Things on tables: vessels by a window, plates from above, a loaf of bread."""

import math
from random import Random

from PIL import Image

from gigs.demo import brush
from gigs.demo.brush import WIDE, Colour, Point
from gigs.demo.palettes import Palette

_W, _H = WIDE
# Half a vessel's outline from rim to foot, as (height 0..1, half width 0..1).
_PROFILES: tuple[tuple[Point, ...], ...] = (
    ((0, 0.3), (0.05, 0.26), (0.2, 0.24), (0.36, 0.42), (0.6, 0.56), (0.82, 0.46), (1, 0.28)),
    ((0, 0.13), (0.06, 0.11), (0.34, 0.12), (0.5, 0.3), (0.7, 0.36), (0.94, 0.34), (1, 0.3)),
    ((0, 0.62), (0.1, 0.63), (0.4, 0.6), (0.7, 0.5), (0.92, 0.34), (1, 0.3)),
    ((0, 0.36), (0.06, 0.37), (0.5, 0.38), (0.9, 0.34), (1, 0.28)),
    ((0, 0.2), (0.08, 0.18), (0.16, 0.2), (0.4, 0.5), (0.58, 0.58), (0.8, 0.5), (1, 0.26)),
)


def vessels(rng: Random, palette: Palette) -> Image.Image:
    """Two to four pots on a table, in the light of a window."""
    edge = _H * rng.uniform(0.66, 0.72)
    wall = brush.mix(palette.light, palette.soft, rng.uniform(0.3, 0.7))
    image = brush.ramp(WIDE, [(0, brush.darken(wall, 0.12)), (edge / _H, wall)])
    _window(image, rng, wall)
    table = brush.mix(palette.mid, palette.soft, 0.35)
    stops = [(0.0, brush.darken(table, 0.1)), (0.25, table), (1.0, brush.lighten(table, 0.18))]
    image.paste(brush.ramp((_W, _H - round(edge)), stops), (0, round(edge)))
    glazes = [palette.light, palette.mid, *palette.accents]
    rng.shuffle(glazes)
    count = rng.randint(2, 4)
    centre, gap = _W * rng.uniform(0.44, 0.56), _W * 0.19
    for n in sorted(range(count), key=lambda _: rng.random()):
        height, foot = rng.uniform(300, 640), edge + rng.uniform(70, 200)
        x = centre + (n - (count - 1) / 2) * gap + rng.uniform(-30, 30)
        _vessel(image, rng, (x, foot), height, glazes[n])
    return brush.finish(image, rng)


def plates(rng: Random, palette: Palette) -> Image.Image:
    """A laid table from above."""
    ground = rng.choice([palette.dark, palette.mid, palette.soft])
    image = brush.ramp(WIDE, [(0, brush.lighten(ground, 0.12)), (1, brush.darken(ground, 0.1))])
    _weave(image, rng, ground)
    places = [(0.34, 0.52, 330), (0.74, 0.34, 215), (0.79, 0.76, 165), (0.06, 0.08, 190), (0.5, 1.0, 140)]
    foods = list(palette.accents) * 2
    rng.shuffle(foods)
    for (x, y, radius), food in zip(places[: rng.randint(3, 5)], foods, strict=False):
        at = (x * _W + rng.uniform(-40, 40), y * _H + rng.uniform(-30, 30))
        _plate(image, rng, at, radius * rng.uniform(0.9, 1.1), brush.lighten(palette.light, 0.5), food)
    return brush.finish(image, rng)


def loaf(rng: Random, palette: Palette) -> Image.Image:
    """A round loaf on a cloth, scored like an ear of wheat."""
    cloth = brush.lighten(palette.soft, 0.35)
    image = brush.ramp(WIDE, [(0, brush.lighten(cloth, 0.3)), (1, brush.darken(cloth, 0.08))], across=True)
    _weave(image, rng, cloth)
    centre, radius = (_W * rng.uniform(0.44, 0.56), _H * rng.uniform(0.5, 0.56)), rng.uniform(400, 450)
    crust = brush.mix((150, 84, 38), palette.accents[0], 0.15)
    edge = [
        (math.cos(a / 60 * math.tau), math.sin(a / 60 * math.tau), rng.uniform(0.985, 1.01))
        for a in range(60)
    ]
    body = brush.polygon(
        [(centre[0] + c * radius * k, centre[1] + s * radius * 0.94 * k) for c, s, k in edge]
    )
    brush.shade(image, body, 46, 0.55, (34, 48))
    _round(image, centre, radius, body, crust)
    turn = rng.uniform(-50, 50)
    for n in range(-4, 5):
        _score(image, centre, radius, n, turn)
    for _ in range(420):
        _flour(image, rng, centre, radius)
    return brush.finish(image, rng)


def _window(image: Image.Image, rng: Random, wall: Colour) -> None:
    left, slant = rng.uniform(0.08, 0.5) * _W, rng.uniform(120, 260)
    for column in range(2):
        for row in range(3):
            x, y = left + column * 270, 90 + row * 235 + column * 34
            pane = [(x, y), (x + 240, y + 30), (x + 240 + slant * 0.3, y + 240), (x + slant * 0.3, y + 208)]
            brush.lay(image, brush.lighten(wall, 0.75), brush.soften(brush.polygon(pane), 22), 0.6)


def _vessel(image: Image.Image, rng: Random, foot: Point, height: float, glaze: Colour) -> None:
    profile = rng.choice(_PROFILES)
    low = profile[0][1] > 0.5
    tall, wide = (height * 0.5, height * 0.62) if low else (height, height * 0.58)
    side = brush.curve([(half * wide, foot[1] - tall * (1 - down)) for down, half in profile])
    outline = [(foot[0] + w, y) for w, y in side] + [(foot[0] - w, y) for w, y in reversed(side)]
    widest, base = max(w for w, _ in side), side[-1][0]
    brush.shade(image, brush.ellipse((foot[0] + widest * 0.7, foot[1] + 6), widest * 1.5, 34), 26, 0.42)
    brush.shade(image, brush.ellipse((foot[0] + 8, foot[1]), base * 1.12, 18), 8, 0.6)
    body = brush.polygon(outline)
    shadow, light = brush.darken(glaze, 0.52), brush.lighten(glaze, 0.42)
    stops = [
        (0.0, brush.darken(glaze, 0.2)),
        (0.28, light),
        (0.5, glaze),
        (0.9, shadow),
        (1.0, brush.darken(glaze, 0.4)),
    ]
    brush.lay_ramp(image, stops, body, across=True)
    rim, top = side[0][0], side[0][1]
    brush.lay(image, brush.lighten(glaze, 0.3), brush.ellipse((foot[0], top), rim, rim * 0.2))
    brush.lay_ramp(
        image,
        [(0, brush.darken(glaze, 0.75)), (1, shadow)],
        brush.ellipse((foot[0], top + 2), rim * 0.9, rim * 0.155),
    )


def _weave(image: Image.Image, rng: Random, ground: Colour) -> None:
    """Threads of linen: faint lines both ways."""
    for across in (True, False):
        count = 400 if across else 300
        strip = Image.frombytes("L", (count, 1) if across else (1, count), rng.randbytes(count))
        threads = strip.point([round(v * 0.13) for v in range(256)]).resize(WIDE, Image.Resampling.BILINEAR)
        image.paste(brush.darken(ground, 0.6), (0, 0), threads)


def _plate(image: Image.Image, rng: Random, at: Point, radius: float, china: Colour, food: Colour) -> None:
    plate = brush.ellipse(at, radius)
    brush.shade(image, plate, 30, 0.5, (20, 30))
    _round(image, at, radius, plate, china, 0.2)
    brush.lay(image, brush.darken(china, 0.16), brush.ellipse((at[0] + 2, at[1] + 3), radius * 0.72))
    inner = brush.ellipse(at, radius * 0.7)
    _round(image, at, radius * 0.7, inner, food, 0.34)
    for _ in range(rng.randint(14, 34)):
        away, turn = radius * 0.56 * math.sqrt(rng.random()), rng.uniform(0, math.tau)
        spot = (at[0] + away * math.cos(turn), at[1] + away * math.sin(turn))
        size = radius * rng.uniform(0.015, 0.06)
        bit = brush.ellipse(spot, size, size * rng.uniform(0.6, 1))
        brush.shade(image, bit, 4, 0.35, (3, 4))
        brush.lay(image, brush.mix(food, rng.choice([china, (58, 84, 44), (120, 44, 30)]), 0.75), bit)


def _round(
    image: Image.Image, at: Point, radius: float, shape: brush.Shape, colour: Colour, deep: float = 0.5
) -> None:
    """A rounded body, lit from the upper left."""
    lit = image.copy()
    brush.lay(lit, brush.darken(colour, deep), shape)
    brush.glow(lit, (at[0] - radius * 0.25, at[1] - radius * 0.3), radius * 1.75, colour, 1.0)
    brush.glow(
        lit, (at[0] - radius * 0.4, at[1] - radius * 0.45), radius * 0.9, brush.lighten(colour, 0.5), 0.45
    )
    brush.lay_picture(image, lit, shape)


def _score(image: Image.Image, centre: Point, radius: float, n: int, turn: float) -> None:
    away, reach = n * radius * 0.19, math.sqrt(max(0.0, 1 - (n * 0.19) ** 2)) * radius * 0.62
    bow = [
        (centre[0] + away + 60 * math.sin(t / 12 * math.pi), centre[1] + reach * (t / 6 - 1))
        for t in range(13)
    ]
    back = [(x + 26 * math.sin(t / 12 * math.pi), y) for t, (x, y) in enumerate(bow)]
    cut = brush.polygon(brush.around([*bow, *reversed(back)], centre, turn))
    brush.lay(image, (74, 40, 18), brush.soften(cut, 8, (5, 5)), 0.6)
    brush.lay_ramp(image, [(0, (238, 205, 156)), (1, (206, 150, 92))], cut, across=True)


def _flour(image: Image.Image, rng: Random, centre: Point, radius: float) -> None:
    away, turn = radius * abs(rng.gauss(0, 0.55)), rng.uniform(0, math.tau)
    at = (centre[0] + away * math.cos(turn), centre[1] + away * math.sin(turn))
    brush.lay(image, (250, 243, 230), brush.ellipse(at, rng.uniform(1, 4.5)), rng.uniform(0.2, 0.65))
