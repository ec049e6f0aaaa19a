"""From whatever a file holds to the few pixel layouts that are worked with, and to sRGB."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

_STRIP_PIXELS = 2_000_000
_WORKING_MODES = frozenset(("L", "LA", "RGB", "RGBA", "CMYK"))


def reduced(image: Image.Image, factor: int) -> Image.Image:
    """Average blocks of `factor` by `factor` pixels, in L, LA, RGB, RGBA or CMYK.

    Strip by strip: a converted copy of the whole would double the memory.
    """
    if image.mode in ("L", "RGB", "CMYK") and "transparency" not in image.info:
        return image.reduce(factor) if factor > 1 else image
    rows = max(1, _STRIP_PIXELS // (image.width * factor)) * factor
    strips = [
        _working_mode(image.crop((0, top, image.width, min(top + rows, image.height)))).reduce(factor)
        for top in range(0, image.height, rows)
    ]
    whole = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    top = 0
    for strip in strips:
        whole.paste(strip, (0, top))
        top += strip.height
    return whole


def _working_mode(strip: Image.Image) -> Image.Image:
    if strip.mode.startswith("I"):
        # 16-bit samples, which a plain conversion would clip rather than scale.
        return strip.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "transparency" in strip.info:
        return strip.convert("RGBA")
    return strip if strip.mode in _WORKING_MODES else strip.convert("RGB")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in RGB or RGBA, its colours converted from its profile."""
    if image.mode == "RGB" and not profile:
        return image
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colour = image.convert(image.mode.rstrip("A")) if alpha else image
    colour = _through_profile(colour, profile) if profile else colour
    colour = colour.convert("RGB")
    if alpha:
        colour.putalpha(alpha)
    return colour


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A profile the colour engine cannot use: viewers treat the picture as untagged, and so do we.
        return image
    return converted or image
