"""Renditions have the colours of their originals, whatever those are coded in and by whatever profile."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageCms

from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Recipe
from uploads_app.images.render import render
from uploads_app.tests.image_factories import encoded
from uploads_app.tests.images.colour_difference import coded, difference, on_white
from uploads_app.tests.images.rendering import BOUNDS, PILLOW, SIZE, Make, reference, scene


def with_alpha() -> Image.Image:
    image = scene().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(SIZE))
    return image


def _animated(kind: str) -> bytes:
    first, second = scene(), ImageChops.invert(scene())
    lossless = {"lossless": True} if kind == "WEBP" else {}
    return encoded(first, kind, save_all=True, append_images=[second], duration=100, **lossless)


def _cmyk() -> Image.Image:
    return scene().convert("CMYK")


def _sixteen_bit() -> Image.Image:
    grey = scene().convert("L")
    return Image.frombytes("I;16", SIZE, b"".join(bytes((v, v)) for v in grey.tobytes()))


def wide_profile() -> bytes:
    """The curve of sRGB with the primaries of Display P3 (SMPTE EG 432-1), adapted to D50."""
    return with_primaries(
        {
            b"rXYZ": (0.51512, 0.24120, -0.00105),
            b"gXYZ": (0.29198, 0.69225, 0.04189),
            b"bXYZ": (0.15710, 0.06657, 0.78407),
        }
    )


def with_primaries(primaries: dict[bytes, tuple[float, float, float]]) -> bytes:
    """sRGB's profile with other primaries, in XYZ (s15Fixed16Number of ICC.1:2022 4.6)."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(132, 132 + 12 * int.from_bytes(data[128:132]), 12):
        if primary := primaries.get(bytes(data[at : at + 4])):
            offset = int.from_bytes(data[at + 4 : at + 8])
            values = b"".join(round(value * 65536).to_bytes(4, signed=True) for value in primary)
            data[offset + 8 : offset + 20] = values
    return bytes(data)


def in_srgb(image: Image.Image | None = None) -> Image.Image:
    """The scene's samples taken as Display P3, at full size."""
    whole = scene() if image is None else image
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(wide_profile())), ImageCms.createProfile("sRGB"), "RGB", "RGB"
    )
    colours = ImageCms.applyTransform(whole.convert("RGB"), transform)
    assert colours is not None
    if whole.mode == "RGBA":
        colours.putalpha(whole.getchannel("A"))
    return colours


KINDS: dict[str, tuple[Callable[[], bytes], Callable[[], Image.Image]]] = {
    "JPEG": (lambda: encoded(scene(), "JPEG", quality=95), scene),
    "JPEG, progressive": (lambda: encoded(scene(), "JPEG", quality=95, progressive=True), scene),
    "PNG with alpha": (lambda: encoded(with_alpha(), "PNG"), with_alpha),
    "palette": (
        lambda: encoded(scene().quantize(256), "PNG"),
        lambda: scene().quantize(256).convert("RGB"),
    ),
    "16 bit": (lambda: encoded(_sixteen_bit(), "PNG"), lambda: scene().convert("L").convert("RGB")),
    "CMYK": (lambda: encoded(_cmyk(), "JPEG", quality=95), lambda: _cmyk().convert("RGB")),
    "wide gamut": (lambda: encoded(scene(), "JPEG", quality=95, icc_profile=wide_profile()), in_srgb),
    "wide gamut with alpha": (
        lambda: encoded(with_alpha(), "PNG", icc_profile=wide_profile()),
        lambda: in_srgb(with_alpha()),
    ),
    "grey": (lambda: encoded(scene().convert("L"), "PNG"), lambda: scene().convert("L").convert("RGB")),
    "animated WebP": (lambda: _animated("WEBP"), scene),
    "APNG": (lambda: _animated("PNG"), scene),
}


@pytest.mark.parametrize("format_", ["webp", "avif", "jpg"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_preset_has_the_right_size_type_and_colours(tmp_path: Path, kind: str, format_: str) -> None:
    data, upright = KINDS[kind]
    source = tmp_path / "source"
    source.write_bytes(data())
    whole = upright()
    targets = [(Recipe(preset, OutputFormat(format_)), tmp_path / name) for name, preset in PRESETS.items()]
    render(source, targets)
    for recipe, path in targets:
        expected = reference(whole, recipe.preset.name)
        with Image.open(path) as made:
            assert made.format == PILLOW[recipe.format]
            assert made.size == expected.size
            assert made.mode == ("RGB" if format_ == "jpg" else expected.mode)
            found = difference(on_white(made), coded(expected, recipe.format))
            assert found.within(BOUNDS[recipe.format]), (recipe.preset.name, found)


def swapped_profile() -> bytes:
    """sRGB with the columns of red and blue exchanged: ignoring it is seen at once."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    entries = {
        bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(data[128:132]), 12)
    }
    red, blue = entries[b"rXYZ"], entries[b"bXYZ"]
    data[red : red + 4], data[blue : blue + 4] = data[blue : blue + 4], data[red : red + 4]
    return bytes(data)


@pytest.mark.parametrize("format_", ["webp", "avif", "jpg"])
@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("WEBP", "RGBA")],
)
def test_colours_are_converted_from_the_profile(make: Make, kind: str, mode: str, format_: str) -> None:
    picture = Image.new("RGB", (200, 100), (200, 40, 30)).convert(mode)
    options = {"lossless": True} if kind == "WEBP" else {}
    made = make(encoded(picture, kind, icc_profile=swapped_profile(), **options), "w320", format_)
    red, _, blue = made.convert("RGB").getpixel((100, 50))  # type: ignore[misc]  # of RGB it is three numbers
    assert blue > 150 > 80 > red
    assert "icc_profile" not in made.info
