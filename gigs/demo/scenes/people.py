"""People without faces: a head, hair and shoulders in soft light. For avatars and portraits."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from gigs.demo import brush
from gigs.demo.brush import WIDE, Colour, Point, rgb
from gigs.demo.palettes import Palette

SQUARE = (800, 800)
_SKINS = tuple(map(rgb, ("#f1cdb0", "#e3b08c", "#c98d64", "#a86f4a", "#7c4d33", "#5a3727")))
_HAIRS = tuple(map(rgb, ("#1d1a1c", "#33241d", "#5b3a26", "#8a5a33", "#c89b5e", "#a9a6a3", "#7a2f20")))


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks: places in the lists of skins and hairs, and the name of a style."""

    skin: int
    hair: int
    style: str


def avatar(rng: Random, palette: Palette, look: Look) -> Image.Image:
    """A square portrait, 800×800."""
    image = _backdrop(rng, palette, SQUARE)
    _person(image, rng, palette, look, (400, 372), 152)
    return brush.finish(image, rng, grain=5)


def portrait(rng: Random, palette: Palette) -> Image.Image:
    """A wide portrait, the person a little off the middle."""
    image = _backdrop(rng, palette, WIDE)
    at = (WIDE[0] * rng.choice([0.38, 0.5, 0.62]), 520.0)
    look = Look(rng.randrange(len(_SKINS)), rng.randrange(len(_HAIRS)), rng.choice(sorted(_STYLES)))
    _person(image, rng, palette, look, at, 216)
    return brush.finish(image, rng)


def _backdrop(rng: Random, palette: Palette, size: brush.Size) -> Image.Image:
    colour = rng.choice([palette.soft, palette.mid, *palette.accents])
    image = brush.ramp(size, [(0, brush.lighten(colour, 0.15)), (1, brush.darken(colour, 0.3))])
    side = rng.choice([0.25, 0.75])
    brush.glow(image, (size[0] * side, size[1] * 0.3), size[1] * 0.8, brush.lighten(colour, 0.55), 0.75)
    return image


def _person(image: Image.Image, rng: Random, palette: Palette, look: Look, at: Point, r: float) -> None:
    """`at` is the middle of the face, `r` half its height."""
    skin, style = _SKINS[look.skin], _STYLES[look.style]
    clothes = rng.choice([palette.dark, palette.light, palette.accents[0], palette.mid])
    colour = rng.choice(palette.accents) if style is _covered else _HAIRS[look.hair]
    style(image, rng, at, r, colour, False)
    _shoulders(image, at, r, clothes, image.height)
    _neck(image, at, r, skin)
    head = brush.ellipse(at, r * 0.74, r)
    _lit(image, head, at, r, skin)
    ear = brush.ellipse((at[0] + r * 0.75, at[1] + r * 0.08), r * 0.09, r * 0.18)
    if style in (_short, _bun):
        brush.lay(image, brush.darken(skin, 0.2), ear)
        brush.lay(image, skin, brush.ellipse((at[0] - r * 0.75, at[1] + r * 0.08), r * 0.09, r * 0.18))
    style(image, rng, at, r, colour, True)


def _lit(image: Image.Image, shape: brush.Shape, at: Point, r: float, colour: Colour) -> None:
    """A rounded body in the light of a window on the left."""
    lit = image.copy()
    brush.lay_ramp(lit, [(0, colour), (0.45, colour), (1, brush.darken(colour, 0.4))], shape, across=True)
    brush.glow(lit, (at[0] - r * 0.4, at[1] - r * 0.3), r * 1.1, brush.lighten(colour, 0.4), 0.6)
    brush.lay_picture(image, lit, shape)


def _neck(image: Image.Image, at: Point, r: float, skin: Colour) -> None:
    x, y = at
    neck = [
        (x - r * 0.33, y + r * 0.5),
        (x + r * 0.33, y + r * 0.5),
        (x + r * 0.4, y + r * 1.42),
        (x, y + r * 1.66),
        (x - r * 0.4, y + r * 1.42),
    ]
    shape = brush.polygon(neck)
    brush.lay_ramp(image, [(0, brush.darken(skin, 0.14)), (1, brush.darken(skin, 0.42))], shape, across=True)
    brush.lay(
        image,
        brush.darken(skin, 0.62),
        brush.soften(brush.ellipse((x + r * 0.06, y + r * 0.98), r * 0.4, r * 0.2), r * 0.1),
        0.5,
    )


def _shoulders(image: Image.Image, at: Point, r: float, clothes: Colour, bottom: int) -> None:
    half = [(0.34, 1.22), (0.6, 1.34), (1.0, 1.47), (1.36, 1.66), (1.58, 1.98), (1.72, 2.6), (1.8, 3.6)]
    shape = _mirrored(at, r, [*half, (1.8, (bottom + 40 - at[1]) / r)])
    stops = [(0.0, brush.lighten(clothes, 0.22)), (0.4, clothes), (1.0, brush.darken(clothes, 0.48))]
    brush.lay_ramp(image, stops, shape, across=True)


def _mirrored(at: Point, r: float, half: list[Point]) -> brush.Shape:
    """An outline that is the same on both sides, given downwards as (half width, height) in heads."""
    (x, y), line = at, brush.curve([(w * r, h * r) for w, h in half])
    return brush.polygon([(x + w, y + h) for w, h in line] + [(x - w, y + h) for w, h in reversed(line)])


def _cap(
    at: Point, r: float, low: float, wide: float = 0.8, high: float = 1.1, part: float = 0.0
) -> brush.Shape:
    """Hair over the forehead: the upper head, cut off by a hairline that dips at `part`."""
    x, y = at
    turn = [math.pi * (1 + n / 40) for n in range(41)]
    dome = [(x + math.cos(a) * r * wide, y + r * low + math.sin(a) * r * (high + low)) for a in turn]
    line = [
        (x + r * wide * (1 - 2 * n / 20), y + r * (low - 0.42 * math.sin(math.pi * n / 20) ** 0.6))
        for n in range(21)
    ]
    line = [(px, py - r * 0.1 * math.exp(-(((px - x) / r - part) ** 2) / 0.05)) for px, py in line]
    return brush.polygon([*dome, *line])


def _tone(image: Image.Image, shape: brush.Shape, hair: Colour) -> None:
    stops = [(0.0, brush.lighten(hair, 0.22)), (0.35, hair), (1.0, brush.darken(hair, 0.4))]
    brush.lay_ramp(image, stops, shape, across=True)


def _short(image: Image.Image, rng: Random, at: Point, r: float, hair: Colour, front: bool) -> None:
    if front:
        _tone(image, _cap(at, r, -0.14, 0.79, 1.13, rng.uniform(-0.35, 0.35)), hair)


def _long(image: Image.Image, rng: Random, at: Point, r: float, hair: Colour, front: bool) -> None:
    if front:
        _tone(image, _cap(at, r, -0.02, 0.84, 1.14, rng.uniform(-0.3, 0.3)), hair)
        return
    half = [
        (0.0, -1.16),
        (0.4, -1.08),
        (0.74, -0.84),
        (0.94, -0.3),
        (0.98, 0.5),
        (1.04, 1.2),
        (0.98, 1.85),
        (0.4, 2.1),
    ]
    _tone(image, _mirrored(at, r, half), brush.darken(hair, 0.16))


def _bob(image: Image.Image, _: Random, at: Point, r: float, hair: Colour, front: bool) -> None:
    if front:
        _tone(image, _cap(at, r, 0.02, 0.86, 1.16, -0.5), hair)
        return
    half = [(0.0, -1.18), (0.42, -1.1), (0.76, -0.86), (0.95, -0.3), (1.0, 0.35), (0.94, 0.82), (0.6, 0.98)]
    _tone(image, _mirrored(at, r, half), brush.darken(hair, 0.14))


def _bun(image: Image.Image, _: Random, at: Point, r: float, hair: Colour, front: bool) -> None:
    if front:
        _tone(image, _cap(at, r, -0.12, 0.79, 1.12, 0.0), hair)
    else:
        _tone(image, brush.ellipse((at[0] + r * 0.1, at[1] - r * 1.22), r * 0.36, r * 0.34), hair)


def _curls(image: Image.Image, rng: Random, at: Point, r: float, hair: Colour, front: bool) -> None:
    count = 15 if front else 46
    for n in range(count):
        if front:
            a, away = math.pi * (1.12 + 0.76 * n / (count - 1)), 0.8
        else:
            a, away = math.pi * (0.86 + 1.28 * n / (count - 1)), rng.uniform(0.72, 1.06)
        curl = (at[0] + math.cos(a) * r * away, at[1] - r * 0.14 + math.sin(a) * r * away)
        tone = brush.mix(
            hair, brush.lighten(hair, 0.24) if math.cos(a) < 0 else brush.darken(hair, 0.4), rng.random()
        )
        brush.lay(image, tone, brush.ellipse(curl, r * rng.uniform(0.2, 0.27)))


def _covered(image: Image.Image, _: Random, at: Point, r: float, cloth: Colour, front: bool) -> None:
    """A headscarf: it covers everything but the face."""
    if not front:
        return
    x, y = at
    half = [
        (0.0, -1.2),
        (0.46, -1.08),
        (0.8, -0.66),
        (0.88, 0.0),
        (0.94, 0.7),
        (1.16, 1.3),
        (0.86, 1.72),
        (0.0, 1.9),
    ]
    line = brush.curve([(w * r, h * r) for w, h in half])
    outline = [(x + w, y + h) for w, h in line] + [(x - w, y + h) for w, h in reversed(line)]

    def draw(pen: ImageDraw.ImageDraw, to: Callable[[Point], Point]) -> None:
        pen.polygon([to(point) for point in outline], fill=255)
        pen.ellipse([to((x - r * 0.6, y - r * 0.72)), to((x + r * 0.6, y + r * 0.92))], fill=0)

    _tone(image, brush.drawn((x - 1.3 * r, y - 1.3 * r, x + 1.3 * r, y + 2 * r), draw), cloth)


_STYLES = {"bob": _bob, "bun": _bun, "covered": _covered, "curls": _curls, "long": _long, "short": _short}
