"""The few strokes that all demo pictures are made of. Deterministic: chance comes from the caller's `rng`.

Shapes are drawn as masks at twice their size and reduced, which makes their edges smooth; colour is laid
through them at the final size, which keeps a picture under a quarter of a second.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
Size = tuple[int, int]
Stops = Sequence[tuple[float, Colour]]

WIDE: Size = (1600, 1200)
BEYOND = 160  # px that lines run past the edge, so that softening them leaves no seam
_OVER = 2  # how much larger masks are drawn


def rgb(code: str) -> Colour:
    """A colour from "#rrggbb"."""
    return (int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16))


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """The colour on the way from a (t=0) to b (t=1)."""
    return (
        round(a[0] + (b[0] - a[0]) * t),
        round(a[1] + (b[1] - a[1]) * t),
        round(a[2] + (b[2] - a[2]) * t),
    )


def lighten(colour: Colour, t: float) -> Colour:
    return mix(colour, (255, 252, 246), t)


def darken(colour: Colour, t: float) -> Colour:
    return mix(colour, (16, 18, 24), t)


def ramp(size: Size, stops: Stops, *, across: bool = False) -> Image.Image:
    """A gradient through colour stops, downwards or `across`."""
    steps = 256
    line = Image.new("RGB", (steps, 1) if across else (1, steps))
    line.putdata([_at(stops, i / (steps - 1)) for i in range(steps)])
    return line.resize(size, Image.Resampling.BICUBIC)


def _at(stops: Stops, t: float) -> Colour:
    for (t0, a), (t1, b) in pairwise(stops):
        if t <= t1:
            return mix(a, b, max(0.0, (t - t0) / max(t1 - t0, 1e-6)))
    return stops[-1][1]


@dataclass(frozen=True, slots=True)
class Shape:
    """A mask and where its upper left corner lies in the picture."""

    mask: Image.Image
    at: tuple[int, int]

    def faded(self, opacity: float) -> Image.Image:
        return self.mask if opacity >= 1 else self.mask.point([round(v * opacity) for v in range(256)])


def drawn(box: Box, draw: Callable[[ImageDraw.ImageDraw, Callable[[Point], Point]], None]) -> Shape:
    """A smooth-edged shape inside `box`; `draw` gets a pen and what turns its points into the pen's."""
    x, y = math.floor(box[0]) - 1, math.floor(box[1]) - 1
    width, height = math.ceil(box[2]) + 2 - x, math.ceil(box[3]) + 2 - y
    large = Image.new("L", (width * _OVER, height * _OVER))
    draw(ImageDraw.Draw(large), lambda point: ((point[0] - x) * _OVER, (point[1] - y) * _OVER))
    return Shape(large.reduce(_OVER), (x, y))


def polygon(points: Sequence[Point]) -> Shape:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = (min(xs), min(ys), max(xs), max(ys))
    return drawn(box, lambda pen, to: pen.polygon([to(point) for point in points], fill=255))


def ellipse(centre: Point, rx: float, ry: float | None = None) -> Shape:
    (x, y), ry = centre, rx if ry is None else ry
    box = (x - rx, y - ry, x + rx, y + ry)
    return drawn(box, lambda pen, to: pen.ellipse([to(box[:2]), to(box[2:])], fill=255))


def stroke(points: Sequence[Point], width: float) -> Shape:
    """A line of even width with round joints and ends."""
    xs, ys, r = [x for x, _ in points], [y for _, y in points], width / 2
    box = (min(xs) - width, min(ys) - width, max(xs) + width, max(ys) + width)

    def draw(pen: ImageDraw.ImageDraw, to: Callable[[Point], Point]) -> None:
        pen.line([to(point) for point in points], fill=255, width=max(1, round(width * _OVER)), joint="curve")
        for x, y in (points[0], points[-1]):
            pen.ellipse([to((x - r, y - r)), to((x + r, y + r))], fill=255)

    return drawn(box, draw)


def curve(points: Sequence[Point]) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    ends = [points[0], *points, points[-1]]
    line = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(12):
            t = step / 12
            line.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    return [*line, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


def around(points: Sequence[Point], centre: Point, degrees: float) -> list[Point]:
    """The points, turned around a centre."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    cx, cy = centre
    return [(cx + (x - cx) * c - (y - cy) * s, cy + (x - cx) * s + (y - cy) * c) for x, y in points]


def rectangle(centre: Point, width: float, height: float, degrees: float = 0) -> list[Point]:
    """The corners of a rectangle, turned around its centre."""
    (x, y), w, h = centre, width / 2, height / 2
    return around([(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)], centre, degrees)


def lay(image: Image.Image, colour: Colour, shape: Shape, opacity: float = 1.0) -> None:
    """Lays a colour through a shape."""
    image.paste(Image.new("RGB", shape.mask.size, colour), shape.at, shape.faded(opacity))


def lay_ramp(
    image: Image.Image, stops: Stops, shape: Shape, *, across: bool = False, opacity: float = 1.0
) -> None:
    """Lays a gradient that spans just the shape's own extent."""
    image.paste(ramp(shape.mask.size, stops, across=across), shape.at, shape.faded(opacity))


def lay_picture(image: Image.Image, picture: Image.Image, shape: Shape, opacity: float = 1.0) -> None:
    """Lays what a picture of the same size shows at the place of the shape."""
    (x, y), (width, height) = shape.at, shape.mask.size
    image.paste(picture.crop((x, y, x + width, y + height)), shape.at, shape.faded(opacity))


def soften(shape: Shape, radius: float, shift: Point = (0, 0)) -> Shape:
    """The shape with wide soft edges, moved by `shift`. Blurred small and brought back."""
    factor = 8 if radius >= 20 else 4 if radius >= 10 else 2
    margin = math.ceil(radius * 2.5 / factor) * factor
    width, height = (math.ceil(side / factor) * factor + 2 * margin for side in shape.mask.size)
    room = Image.new("L", (width, height))
    room.paste(shape.mask, (margin, margin))
    small = room.reduce(factor).filter(ImageFilter.GaussianBlur(radius / factor))
    at = (round(shape.at[0] - margin + shift[0]), round(shape.at[1] - margin + shift[1]))
    return Shape(small.resize(room.size, Image.Resampling.BICUBIC), at)


def shade(image: Image.Image, shape: Shape, blur: float, opacity: float, shift: Point = (0, 0)) -> None:
    """A soft shadow of a shape, moved by `shift`."""
    lay(image, (22, 20, 28), soften(shape, blur, shift), opacity)


def glow(image: Image.Image, centre: Point, radius: float, colour: Colour, strength: float) -> None:
    """Light around a point, fading to its edge."""
    # The ready-made gradient reaches 255 in the corners, and about 179 where the circle ends.
    fall = [round(255 * strength * max(0.0, 1 - v / 179) ** 1.7) for v in range(256)]
    side = round(radius * 2)
    light = Image.radial_gradient("L").point(fall).resize((side, side), Image.Resampling.BICUBIC)
    at = (round(centre[0] - radius), round(centre[1] - radius))
    image.paste(Image.new("RGB", light.size, colour), at, light)


def line_of(rng: Random, width: int, step: int, rough: float) -> list[Point]:
    """A quiet random line across the picture, as (x, -1..1): waves of falling size."""
    waves = [(rng.uniform(0.6, 1.4) * 2**n, rng.uniform(0, math.tau), rough**n) for n in range(7)]
    whole = sum(size for _, _, size in waves)
    return [
        (x, sum(math.sin(x / width * math.tau * f / 1.6 + p) * size for f, p, size in waves) / whole)
        for x in range(-BEYOND, width + BEYOND + step, step)
    ]


def finish(image: Image.Image, rng: Random, grain: int = 7) -> Image.Image:
    """The look of a photograph: a little grain, corners a little darker."""
    small = (image.width // 2, image.height // 2)
    noise = Image.frombytes("L", small, rng.randbytes(small[0] * small[1]))
    noise = noise.point([128 + round((v - 127.5) / 127.5 * grain) for v in range(256)])
    noise = noise.resize(image.size, Image.Resampling.BILINEAR)
    image = ImageChops.add(image, Image.merge("RGB", [noise] * 3), 1, -128)
    corners = Image.radial_gradient("L").point([round(max(0, v - 110) * 0.42) for v in range(256)])
    image.paste((14, 14, 20), (0, 0), corners.resize(image.size, Image.Resampling.BICUBIC))
    return image
