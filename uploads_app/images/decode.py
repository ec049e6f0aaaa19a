"""The one strict decode: reads every byte of picture data, keeps only a small upright copy."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

# Imported so that Pillow has no need to load its every plugin in search of one of these.
from PIL import JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401 isort: skip

from .errors import CorruptImage, DecoderFailure, DecoderOutOfMemory
from .formats import ImageFormat
from .sanitised import Sanitised

PREVIEW_SIDE = 96
_STRIP_PIXELS = 2_000_000
_WORKING_MODES = frozenset(("L", "LA", "RGB", "RGBA", "CMYK"))
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode_preview(picture: Sanitised) -> Image.Image:
    """Decode all frames; return the first, upright, in sRGB, RGB or RGBA, at most 96 px a side.

    Raises DecoderFailure if any data is missing or damaged, DecoderOutOfMemory if it does not fit.
    """
    try:
        small = _decode(picture)
        small = _to_srgb(small, picture.icc_profile)
        small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.BOX)
        turn = _UPRIGHT.get(picture.orientation)
        return small if turn is None else small.transpose(turn)
    except CorruptImage:
        raise
    except MemoryError:
        raise DecoderOutOfMemory() from None
    except Exception as error:
        # Decoders report damage by whatever a parser may raise; every one of them means the same here.
        raise DecoderFailure() from error


def _decode(picture: Sanitised) -> Image.Image:
    with picture.open() as stream, Image.open(stream, formats=(picture.format.value,)) as image:
        if image.size != (picture.width, picture.height):
            raise DecoderFailure()
        if picture.format is ImageFormat.JPEG:
            # A scaled decode reads all of the data for half of the arithmetic.
            image.draft(None, _draft_size(picture.width, picture.height))
        image.load()
        first = _reduced(image)
        for index in range(1, getattr(image, "n_frames", 1)):
            image.seek(index)
            image.load()
        return first


def _draft_size(width: int, height: int) -> tuple[int, int]:
    """The least acceptable decoded size, px: the preview's side on the short side, if there is that much."""
    scale = min(1.0, PREVIEW_SIDE / min(width, height))
    return max(1, int(width * scale)), max(1, int(height * scale))


def _reduced(image: Image.Image) -> Image.Image:
    """Average blocks of pixels, strip by strip: a converted copy of the whole would double the memory."""
    factor = max(1, max(image.size) // (2 * PREVIEW_SIDE))
    if image.mode in ("L", "RGB", "CMYK") and "transparency" not in image.info:
        return image.reduce(factor)
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


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
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
