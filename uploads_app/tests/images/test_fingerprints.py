"""Fingerprints: alike for pictures that look alike, and true to the published formats."""

from __future__ import annotations

import base64
import io
import math

import pytest
from PIL import Image, ImageDraw

from uploads_app.images.phash import hamming_distance
from uploads_app.images.thumbhash import thumbhash
from uploads_app.tests.image_factories import encoded, noise, png_bytes

from .conftest import Take
from .corpus import SHARED, absent


def scene(size: tuple[int, int] = (320, 240)) -> Image.Image:
    width, height = size
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse((width // 8, height // 8, width // 2, height // 2), fill="orange")
    draw.rectangle((width // 2, height // 2, width * 3 // 4, height * 7 // 8), fill="navy")
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(320, 240), (160, 120), (640, 480)])
def test_format_and_size_hardly_change_the_perceptual_hash(
    kind: str, size: tuple[int, int], take: Take
) -> None:
    original, _ = take(encoded(scene(), "PNG"))
    other, _ = take(encoded(scene().resize(size), kind, **({} if kind == "PNG" else {"quality": 60})))
    assert hamming_distance(original.phash, other.phash) <= 6


def test_other_pictures_have_other_hashes(take: Take) -> None:
    hashes = [take(encoded(noise((64, 64), seed=seed), "PNG"))[0].phash for seed in range(6)]
    hashes.append(take(encoded(scene(), "PNG"))[0].phash)
    assert all(0 <= value < 2**64 for value in hashes)
    for index, first in enumerate(hashes):
        assert all(hamming_distance(first, second) > 12 for second in hashes[:index])


@pytest.mark.parametrize(("colour", "expected"), [("#336699", "#336699"), ("white", "#ffffff")])
def test_the_dominant_colour_of_one_colour_is_that_colour(colour: str, expected: str, take: Take) -> None:
    assert take(png_bytes(color=colour))[0].dominant_color == expected


def test_the_dominant_colour_is_of_the_larger_and_visible_part(take: Take) -> None:
    image = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    image.paste((0, 128, 0, 255), (0, 0, 40, 100))
    image.paste((0, 0, 255, 255), (40, 0, 50, 100))
    assert take(encoded(image, "PNG"))[0].dominant_color == "#008000"
    assert take(png_bytes(mode="RGBA", color=(9, 9, 9, 0)))[0].dominant_color == "#ffffff"


@absent
@pytest.mark.shared
def test_colours_are_taken_through_the_profile(take: Take) -> None:
    patch = SHARED / "corpus" / "valid" / "gen_p3_patch_r200_g40_b40.png"
    red, green, blue = bytes.fromhex(take(patch.read_bytes())[0].dominant_color[1:])
    assert (red, blue) == pytest.approx((217, 33), abs=8)
    assert green <= 20


def test_deep_grey_is_scaled_not_clipped(take: Take) -> None:
    deep = Image.new("I;16", (32, 32), 0x8000)
    assert take(encoded(deep, "PNG"))[0].dominant_color in ("#7f7f7f", "#808080")


def decode_average(hash_: bytes) -> tuple[float, float, float, float]:
    """The average colour a ThumbHash names, by the published layout of its header."""
    header = int.from_bytes(hash_[:3], "little")
    lightness, p, q = (header & 63) / 63, (header >> 6 & 63) / 31.5 - 1, (header >> 12 & 63) / 31.5 - 1
    alpha = (hash_[5] & 15) / 15 if header >> 23 else 1.0
    blue = lightness - 2 / 3 * p
    red = (3 * lightness - blue + q) / 2
    return red, red - q, blue, alpha


@pytest.mark.parametrize(
    "colour", [(255, 0, 0), (0, 255, 0), (20, 40, 200), (128, 128, 128), (255, 255, 255)]
)
def test_a_thumbhash_names_the_average_colour(colour: tuple[int, int, int]) -> None:
    *rgb, alpha = decode_average(thumbhash(Image.new("RGB", (30, 20), colour)))
    assert alpha == 1
    assert rgb == pytest.approx([value / 255 for value in colour], abs=0.05)


def test_a_thumbhash_knows_transparency_and_shape() -> None:
    half = Image.new("RGBA", (20, 20), (0, 0, 255, 255))
    half.paste((0, 0, 0, 0), (0, 0, 10, 20))
    red, green, blue, alpha = decode_average(thumbhash(half))
    assert (red, green, blue) == pytest.approx((0, 0, 1), abs=0.06)
    assert alpha == pytest.approx(0.5, abs=0.05)
    for size, across, down in (((32, 16), 7, 4), ((16, 32), 4, 7), ((32, 32), 7, 7)):
        shape = int.from_bytes(thumbhash(Image.new("RGB", size))[3:5], "little")
        landscape = bool(shape >> 15)
        assert landscape == (across > down)
        assert shape & 7 == min(across, down)


def test_a_thumbhash_is_what_the_definition_says() -> None:
    """Against a second, direct evaluation of the definition: the double sum, pixel by pixel."""
    image = scene((24, 18))
    pixels = [image.getpixel((x, y)) for y in range(18) for x in range(24)]
    plane = [sum(pixel) / 765 for pixel in pixels]  # type: ignore[arg-type]
    across, down = 7, 5
    wanted = []
    for cy in range(down):
        for cx in range(across):
            if cx * down < across * (down - cy):
                total = 0.0
                for y in range(18):
                    for x in range(24):
                        wave = math.cos(math.pi / 24 * cx * (x + 0.5)) * math.cos(
                            math.pi / 18 * cy * (y + 0.5)
                        )
                        total += plane[x + y * 24] * wave
                wanted.append(total / (24 * 18))
    scale = max(abs(value) for value in wanted[1:])
    nibbles = [math.floor(15 * (0.5 + 0.5 / scale * value) + 0.5) for value in wanted[1:]]
    body = thumbhash(image)[5:]
    assert [body[index >> 1] >> 4 * (index & 1) & 15 for index in range(len(nibbles))] == nibbles
    assert len(base64.b64encode(thumbhash(image))) < 40


def test_an_animation_is_known_by_its_first_frame(take: Take) -> None:
    first = noise((40, 40), seed=1)
    file = io.BytesIO()
    first.save(file, "PNG", save_all=True, append_images=[noise((40, 40), seed=2)])
    assert take(file.getvalue())[0].phash == take(encoded(first, "PNG"))[0].phash
