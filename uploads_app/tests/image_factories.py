"""Pictures made in memory. The same arguments always give the same bytes."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image, PngImagePlugin

from uploads_app.images.exif import orientation_block

Size = tuple[int, int]
Colour = str | int | tuple[int, ...]

QUADRANTS = {"TL": (220, 30, 30), "TR": (30, 180, 30), "BL": (30, 30, 220), "BR": (230, 220, 30)}


def noise(size: Size = (64, 48), mode: str = "RGB", seed: int = 1) -> Image.Image:
    """A picture of random samples: compresses badly and shows every damaged byte."""
    bands = {"1": 1, "L": 1, "P": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4, "I;16": 2}[mode]
    data = random.Random(seed).randbytes(size[0] * size[1] * bands)
    if mode == "1":
        return Image.frombytes("L", size, data).point(lambda value: 255 * (value > 127)).convert("1")
    image = Image.frombytes(mode, size, data)
    if mode == "P":
        image.putpalette(random.Random(seed + 1).randbytes(768))
    return image


def quadrants(size: Size = (120, 80)) -> Image.Image:
    """Red, green, blue and yellow from the top left: shows every turn and mirroring."""
    width, height = size
    image = Image.new("RGB", size, QUADRANTS["TL"])
    image.paste(QUADRANTS["TR"], (width // 2, 0, width, height))
    image.paste(QUADRANTS["BL"], (0, height // 2, width // 2, height))
    image.paste(QUADRANTS["BR"], (width // 2, height // 2, width, height))
    return image


def exif_bytes(orientation: int | None = None, *, gps: bool = False, text: str = "") -> bytes:
    """An EXIF block as Pillow's writers take it."""
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    if text:
        exif[0x010F] = exif[0x013B] = text
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return exif.tobytes()


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:  # noqa: A002
    """`image` as Pillow writes it."""
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def jpeg_bytes(
    size: Size = (64, 48),
    color: Colour = "teal",
    *,
    mode: str = "RGB",
    noisy: bool = False,
    exif: bytes = b"",
    orientation: int | None = None,
    **options: Any,
) -> bytes:
    """A JPEG; `options` go to Pillow's writer (quality, progressive, comment, icc_profile...)."""
    return _still("JPEG", size, color, mode, noisy, exif, orientation, options)


def png_bytes(
    size: Size = (64, 48),
    color: Colour = "teal",
    *,
    mode: str = "RGB",
    noisy: bool = False,
    exif: bytes = b"",
    orientation: int | None = None,
    text: dict[str, str] | None = None,
    compressed_text: dict[str, str] | None = None,
    **options: Any,
) -> bytes:
    """A PNG with the given text chunks."""
    info = PngImagePlugin.PngInfo()
    for key, value in (text or {}).items():
        info.add_text(key, value)
    for key, value in (compressed_text or {}).items():
        info.add_text(key, value, zip=True)
    return _still("PNG", size, color, mode, noisy, exif, orientation, {"pnginfo": info, **options})


def webp_bytes(
    size: Size = (64, 48),
    color: Colour = "teal",
    *,
    mode: str = "RGB",
    noisy: bool = False,
    exif: bytes = b"",
    orientation: int | None = None,
    **options: Any,
) -> bytes:
    """A WebP, lossy unless `lossless=True` is given."""
    return _still("WEBP", size, color, mode, noisy, exif, orientation, options)


def animated_webp_bytes(frames: int = 3, size: Size = (32, 24), **options: Any) -> bytes:
    """A WebP animation of noise."""
    return _animation("WEBP", frames, size, options)


def apng_bytes(frames: int = 3, size: Size = (32, 24), **options: Any) -> bytes:
    """A PNG animation of noise."""
    return _animation("PNG", frames, size, options)


def _still(
    kind: str,
    size: Size,
    color: Colour,
    mode: str,
    noisy: bool,
    exif: bytes,
    orientation: int | None,
    options: dict[str, Any],
) -> bytes:
    image = noise(size, mode) if noisy else Image.new(mode, size, color)
    if orientation is not None:
        exif = b"Exif\0\0" + orientation_block(orientation)
    if exif:
        options = {**options, "exif": exif}
    return encoded(image, kind, **options)


def _animation(kind: str, frames: int, size: Size, options: dict[str, Any]) -> bytes:
    first, *rest = (noise(size, seed=seed) for seed in range(frames))
    return encoded(first, kind, save_all=True, append_images=rest, duration=100, **options)
