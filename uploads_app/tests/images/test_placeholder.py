"""Placeholders: what the encoder saw, in few characters, whatever the hash."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageStat

from uploads_app.images.placeholder import placeholder_url
from uploads_app.images.thumbhash import thumbhash
from uploads_app.tests.image_factories import quadrants

PREFIX = "data:image/webp;base64,"


def decoded(url: str) -> Image.Image:
    assert url.startswith(PREFIX)
    return Image.open(io.BytesIO(base64.b64decode(url.removeprefix(PREFIX), validate=True))).convert("RGB")


def through(image: Image.Image) -> Image.Image:
    return decoded(placeholder_url(base64.b64encode(thumbhash(image)).decode()))


def mean(image: Image.Image) -> list[float]:
    return ImageStat.Stat(image).mean


def gradient(size: tuple[int, int], dark: str, light: str) -> Image.Image:
    """From `dark` at the top to `light` at the bottom."""
    shade = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, light), Image.new("RGB", size, dark), shade)


@pytest.mark.parametrize(("dark", "light"), [("black", "white"), ("navy", "skyblue"), ("maroon", "gold")])
@pytest.mark.parametrize("size", [(320, 240), (240, 320), (256, 256)])
def test_the_mean_colour_is_close(size: tuple[int, int], dark: str, light: str) -> None:
    image = gradient(size, dark, light)
    for before, after in zip(mean(image), mean(through(image)), strict=True):
        assert abs(before - after) < 14


@pytest.mark.parametrize("quarters", range(4))
def test_what_was_dark_lies_where_it_lay(quarters: int) -> None:
    way = [None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270][quarters]
    image = gradient((320, 200), "black", "white")
    seen = through(image if way is None else image.transpose(way)).convert("L")
    width, height = seen.size
    sides = {
        "top": seen.crop((0, 0, width, height // 3)),
        "left": seen.crop((0, 0, width // 3, height)),
        "bottom": seen.crop((0, height - height // 3, width, height)),
        "right": seen.crop((width - width // 3, 0, width, height)),
    }
    darkest = min(sides, key=lambda name: mean(sides[name])[0])
    assert darkest == ("top", "left", "bottom", "right")[quarters]


def test_colours_lie_where_they_lay() -> None:
    seen = through(quadrants((160, 160)))
    width, height = seen.size
    assert seen.size == (16, 16)
    red, green, blue, yellow = (seen.getpixel((x, y)) for y in (3, height - 4) for x in (3, width - 4))
    assert max(red) == red[0]  # type: ignore[index,arg-type]
    assert max(green) == green[1]  # type: ignore[index,arg-type]
    assert max(blue) == blue[2]  # type: ignore[index,arg-type]
    assert min(yellow) == yellow[2]  # type: ignore[index,arg-type]


@pytest.mark.parametrize(("size", "expected"), [((400, 300), 4 / 3), ((300, 400), 3 / 4), ((2000, 100), 7)])
def test_the_shape_is_about_the_picture_s(size: tuple[int, int], expected: float) -> None:
    seen = through(Image.new("RGB", size, "teal"))
    assert max(seen.size) == 16
    assert seen.width / seen.height == pytest.approx(expected, rel=0.2)


def test_it_is_short() -> None:
    for seed in range(8):
        noise = Image.effect_noise((320, 240), 90 + seed).convert("RGB")
        assert len(placeholder_url(base64.b64encode(thumbhash(noise)).decode())) < 250


@pytest.mark.parametrize(
    "hashed", ["", "A", "====", "not base64!", "é", "AAAA", "1QcSHQRnh493V4dI", "1QcSHQ\n"]
)
def test_what_is_no_hash_is_no_placeholder(hashed: str) -> None:
    assert placeholder_url(hashed) == ""


def test_what_has_holes_is_not_shown_through() -> None:
    image = Image.new("RGBA", (64, 64), "red")
    image.paste((0, 0, 0, 0), (0, 0, 32, 64))
    assert placeholder_url(base64.b64encode(thumbhash(image)).decode()) == ""


@given(st.binary(max_size=48))
def test_any_bytes_give_a_picture_or_nothing(data: bytes) -> None:
    url = placeholder_url(base64.b64encode(data).decode())
    if url:
        assert 1 <= min(decoded(url).size) <= max(decoded(url).size) == 16
        assert len(url) < 700  # of noise that no picture gives


@given(st.text(max_size=64))
def test_any_text_gives_a_url_or_nothing(text: str) -> None:
    url = placeholder_url(text)
    assert url == "" or url.startswith(PREFIX)
