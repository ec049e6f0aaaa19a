"""Walls and light: arches in the sun, a city at dusk."""

import math
from random import Random

from PIL import Image

from gigs.demo import brush
from gigs.demo.brush import WIDE, Colour, Point
from gigs.demo.palettes import Palette

_W, _H = WIDE


def arches(rng: Random, palette: Palette) -> Image.Image:
    """Plain walls with arches, one behind the other, and hard sun."""
    floor = _H * rng.uniform(0.76, 0.84)
    wall = brush.mix(palette.soft, palette.accents[0], rng.uniform(0.15, 0.45))
    image = brush.ramp(WIDE, [(0, brush.lighten(wall, 0.28)), (1, wall)], across=True)
    ground = brush.ramp(
        (_W, _H - round(floor)), [(0, brush.darken(wall, 0.22)), (1, brush.lighten(wall, 0.1))]
    )
    image.paste(ground, (0, round(floor)))
    x, deep = _W * rng.uniform(0.06, 0.14), (palette.mid, palette.accents[-1], palette.soft)
    for n in range(3):
        width = rng.uniform(300, 430)
        _arch(image, x, floor, width, width * rng.uniform(1.5, 2.0), wall, deep[n % 3], palette)
        x += width + rng.uniform(90, 150)
    slant = [(_W * 0.42, -9), (_W * 1.2, -9), (_W * 1.2, _H * 0.86), (_W * rng.uniform(0.9, 1.0), _H * 0.6)]
    brush.lay(image, brush.darken(wall, 0.7), brush.soften(brush.polygon(slant), 5), 0.34)
    _ball(image, (_W * rng.uniform(0.3, 0.7), floor + 120), rng.uniform(60, 95), palette.accents[1])
    return brush.finish(image, rng)


def city(rng: Random, palette: Palette) -> Image.Image:
    """Rows of houses fading into the evening, windows lit in the nearest."""
    image = brush.ramp(WIDE, [(0, palette.mid), (0.5, palette.soft), (0.8, palette.light)])
    brush.glow(
        image, (_W * rng.uniform(0.3, 0.7), _H * 0.62), 880, brush.lighten(palette.accents[0], 0.4), 0.8
    )
    for row in range(4):
        near = row / 3
        body = brush.mix(brush.mix(palette.soft, palette.mid, 0.4), brush.darken(palette.dark, 0.2), near)
        x = -60.0
        while x < _W:
            width = rng.uniform(70, 150) * (0.8 + near)
            top = _H * (0.3 + 0.13 * row) + rng.uniform(0, 250) - (180 if rng.random() < 0.12 else 0)
            _house(image, rng, (x, top), width, body, palette, near)
            x += width + rng.choice([0, 0, 6, 20])
    return brush.finish(image, rng)


def _arch(
    image: Image.Image,
    x: float,
    floor: float,
    width: float,
    height: float,
    wall: Colour,
    deep: Colour,
    palette: Palette,
) -> None:
    opening = brush.polygon(_arched(x, floor, width, height))
    brush.lay(image, brush.darken(wall, 0.42), opening)
    inner = brush.polygon(_arched(x + width * 0.17, floor, width * 0.83, height * 0.955))
    brush.lay_ramp(
        image,
        [(0, brush.mix(deep, palette.light, 0.25)), (0.75, brush.mix(deep, palette.light, 0.65))],
        inner,
    )
    light = [
        (x + width * 0.17, floor),
        (x + width, floor),
        (x + width * 0.62, _H + 9),
        (x - width * 0.4, _H + 9),
    ]
    brush.lay(image, brush.lighten(wall, 0.55), brush.soften(brush.polygon(light), 6), 0.5)


def _arched(x: float, floor: float, width: float, height: float) -> list[Point]:
    spring = floor - height + width / 2
    turn = [math.pi * (1 + n / 48) for n in range(49)]
    bow = [(x + width / 2 + math.cos(a) * width / 2, spring + math.sin(a) * width / 2) for a in turn]
    return [(x, floor), *bow, (x + width, floor)]


def _ball(image: Image.Image, at: Point, radius: float, colour: Colour) -> None:
    shadow = brush.ellipse((at[0] - radius * 1.1, at[1] + radius * 0.96), radius * 1.5, radius * 0.24)
    brush.shade(image, shadow, 12, 0.5)
    body, lit = brush.ellipse(at, radius), image.copy()
    brush.lay(lit, brush.darken(colour, 0.5), body)
    brush.glow(
        lit, (at[0] + radius * 0.4, at[1] - radius * 0.4), radius * 1.6, brush.lighten(colour, 0.35), 1
    )
    brush.lay_picture(image, lit, body)


def _house(
    image: Image.Image, rng: Random, at: Point, width: float, body: Colour, palette: Palette, near: float
) -> None:
    (x, top), roof = at, rng.random()
    outline = [(x, top), (x + width, top), (x + width, _H + 9), (x, _H + 9)]
    if roof < 0.3:
        outline[:2] = [(x, top), (x + width / 2, top - width * 0.4), (x + width, top)]
    haze = brush.mix(body, palette.soft, 0.35 * (1 - near))
    brush.lay_ramp(image, [(0, body), (1, haze)], brush.polygon(outline))
    if near < 0.6:
        return
    step, lamp = 34, brush.lighten(palette.accents[1], 0.35)
    for column in range(int((width - 24) // step)):
        for row in range(int((_H - top - 30) // 46)):
            if rng.random() < 0.3:
                left, up = round(x + 18 + column * step), round(top + 26 + row * 46)
                image.paste(brush.mix(body, lamp, rng.uniform(0.3, 0.95)), (left, up, left + 15, up + 22))
