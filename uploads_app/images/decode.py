"""The one strict decode: reads every byte of picture data, keeps only a small upright copy."""

from __future__ import annotations

from PIL import Image

# Imported so that Pillow has no need to load its every plugin in search of one of these.
from PIL import JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401 isort: skip

from .errors import CorruptImage, DecoderFailure, DecoderOutOfMemory
from .formats import ImageFormat
from .geometry import UPRIGHT
from .pixels import reduced, to_srgb
from .sanitised import Sanitised

PREVIEW_SIDE = 96


def decode_preview(picture: Sanitised) -> Image.Image:
    """Decode all frames; return the first, upright, in sRGB, RGB or RGBA, at most 96 px a side.

    Raises DecoderFailure if any data is missing or damaged, DecoderOutOfMemory if it does not fit.
    """
    try:
        small = _decode(picture)
        small = to_srgb(small, picture.icc_profile)
        small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.BOX)
        turn = UPRIGHT.get(picture.orientation)
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
        first = reduced(image, max(1, max(image.size) // (2 * PREVIEW_SIDE)))
        if first is image:
            first = image.copy()  # reading another frame overwrites this one
        for index in range(1, getattr(image, "n_frames", 1)):
            image.seek(index)
            image.load()
        return first


def _draft_size(width: int, height: int) -> tuple[int, int]:
    """The least acceptable decoded size, px: the preview's side on the short side, if there is that much."""
    scale = min(1.0, PREVIEW_SIDE / min(width, height))
    return max(1, int(width * scale)), max(1, int(height * scale))
