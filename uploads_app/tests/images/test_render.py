"""Renditions are right: size, colours, way up, type, and nothing of the original's metadata."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms

from uploads_app.images import pyramid
from uploads_app.images.errors import CorruptImage, UnsupportedMediaType
from uploads_app.images.geometry import UPRIGHT, WHOLE
from uploads_app.images.presets import PRESETS, Fit, OutputFormat
from uploads_app.images.recipes import Crop, Edits, Recipe
from uploads_app.images.render import Rendered, render
from uploads_app.tests.image_factories import QUADRANTS, encoded, exif_bytes, quadrants
from uploads_app.tests.images.colour_difference import coded, difference, on_white
from uploads_app.tests.images.rendering import BOUNDS, PILLOW, SIZE, Make, scene


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


def reference(upright: Image.Image, preset: str) -> Image.Image:
    """The plain way: everything at full size, then cut in the middle, then resized."""
    made = PRESETS[preset]
    if made.fit is Fit.COVER:
        assert made.height is not None
        scale = min(upright.width / made.width, upright.height / made.height)
        wide, high = made.width * scale, made.height * scale
        left, top = max(0, (upright.width - wide) / 2), max(0, (upright.height - high) / 2)
        box = (left, top, left + wide, top + high)
        return upright.resize((made.width, made.height), Image.Resampling.LANCZOS, box)
    scale = min(1.0, made.width / upright.width)
    size = (max(1, round(upright.width * scale)), max(1, round(upright.height * scale)))
    return upright.resize(size, Image.Resampling.LANCZOS)


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
    red, _, blue = made.convert("RGB").getpixel((100, 50))  # type: ignore[misc]
    assert blue > 150 > 80 > red
    assert "icc_profile" not in made.info


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_comes_out_upright(make: Make, kind: str, orientation: int) -> None:
    turn = UPRIGHT.get(orientation)
    stored = quadrants((120, 80))
    if turn is not None:
        back = {Image.Transpose.ROTATE_90: Image.Transpose.ROTATE_270}
        back |= {after: before for before, after in back.items()}
        stored = stored.transpose(back.get(turn, turn))
    made = make(encoded(stored, kind, exif=exif_bytes(orientation)), "w320").convert("RGB")
    assert made.size == (120, 80)
    corners = {"TL": (20, 15), "TR": (100, 15), "BL": (20, 65), "BR": (100, 65)}
    for name, place in corners.items():
        found = made.getpixel(place)
        assert all(abs(a - b) < 30 for a, b in zip(found, QUADRANTS[name], strict=True)), name  # type: ignore[arg-type]


@pytest.mark.parametrize("format_", ["webp", "avif", "jpg"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_metadata_comes_out(tmp_path: Path, kind: str, format_: str) -> None:
    marker = "CANARY-5c1d"
    options: dict[str, Any] = {"exif": exif_bytes(6, gps=True, text=marker)}
    if kind == "JPEG":
        options["comment"] = marker.encode()
    if kind == "WEBP":
        options["xmp"] = marker.encode()
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(encoded(scene(), kind, **options))
    render(source, [(Recipe(PRESETS["w320"], OutputFormat(format_)), target)])
    data = target.read_bytes()
    assert marker.encode() not in data
    with Image.open(io.BytesIO(data)) as image:
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & image.info.keys()


def test_all_sizes_of_one_picture_come_in_their_order(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(encoded(scene(), "JPEG"))
    recipes = [Recipe(preset, OutputFormat.WEBP) for preset in PRESETS.values()]
    targets = [(recipe, tmp_path / recipe.preset.name) for recipe in recipes]
    made: list[Rendered] = render(source, targets)
    for (recipe, path), done in zip(targets, made, strict=True):
        with Image.open(path) as image:
            assert image.size == (done.width, done.height)
            if recipe.preset.fit is Fit.COVER:
                assert image.size == (recipe.preset.width, recipe.preset.height)
    # Never enlarged: the widths beyond the picture are one and the same.
    assert len({done.sha256 for done in made[-3:]}) == 1


def test_a_small_picture_is_not_made_from_its_enlarged_covers(tmp_path: Path) -> None:
    source = tmp_path / "source"
    small = quadrants((12, 12))
    source.write_bytes(encoded(small, "PNG"))
    targets = [(Recipe(preset, OutputFormat.JPEG), tmp_path / name) for name, preset in PRESETS.items()]
    render(source, targets)
    with Image.open(tmp_path / "w320") as made:
        found = difference(made, coded(small, OutputFormat.JPEG))
    assert (found.mean, found.worst) == (0, 0)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0 not a picture", b"GIF89a"])
def test_what_cannot_be_read_leaves_no_target(tmp_path: Path, data: bytes) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(data)
    target.touch()
    with pytest.raises((CorruptImage, UnsupportedMediaType)):
        render(source, [(Recipe(PRESETS["w320"], OutputFormat.WEBP), target)])
    assert not target.exists()


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (2, 2)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_smallest_and_thinnest_pictures_have_all_sizes(
    tmp_path: Path, kind: str, size: tuple[int, int]
) -> None:
    source = tmp_path / "source"
    source.write_bytes(encoded(Image.new("RGB", size, "red"), kind))
    edits = Edits(crop=Crop(0.9, 0.9, 0.05, 0.05), rotate=90)
    recipes = [
        Recipe(preset, format_, made)
        for preset in PRESETS.values()
        for format_ in OutputFormat
        for made in (Edits(), edits)
    ]
    targets = [(recipe, tmp_path / str(number)) for number, recipe in enumerate(recipes)]
    for (_, path), done in zip(targets, render(source, targets), strict=True):
        with Image.open(path) as image:
            assert image.size == (done.width, done.height)


def test_a_large_picture_is_resized_in_halves_without_a_seam() -> None:
    """Stripes, so that a filter that ends at the seam is seen there, and only there."""
    stripes = Image.frombytes("L", (1, 7), b"\x00\xff\x40\xff\x00\x80\xff").resize((2400, 7))
    picture = Image.new("L", (2400, 3600))
    for top in range(0, picture.height, 7):
        picture.paste(stripes, (0, top))
    assert picture.width * picture.height > pyramid._WORTH_TWO
    plain = picture.resize((1920, 2880), Image.Resampling.BICUBIC)
    halves = pyramid._resize(picture, WHOLE, (1920, 2880))
    assert max(ImageChops.difference(plain, halves).tobytes()) <= 1  # by rounding
