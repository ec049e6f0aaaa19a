"""What people do to the look of a picture. Radii follow its size, so that all sizes look alike."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from .recipes import Filters

# Of the longer side, at full strength.
_BLUR_SHARE, _SHARPEN_SHARE = 0.02, 0.0015
_SHARPEN_PERCENT = 200
_SEPIA_DARK, _SEPIA_LIGHT = "#1a0f05", "#fff2d9"

_Change = Callable[[Image.Image], Image.Image]


def apply_filters(image: Image.Image, filters: Filters) -> Image.Image:
    """The filtered copy of an RGB or RGBA picture, its transparency as it was.

    In this order: brightness, contrast, saturation, grayscale, sepia, invert, sharpen, blur.
    """
    changes = _changes(filters, max(image.size))
    if not changes:
        return image
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colour = image.convert("RGB")
    for change in changes:
        colour = change(colour)
    if alpha is not None:
        if filters.blur:
            alpha = alpha.filter(ImageFilter.GaussianBlur(filters.blur * _BLUR_SHARE * max(image.size)))
        colour.putalpha(alpha)
    return colour


def _changes(filters: Filters, side: int) -> list[_Change]:
    changes: list[_Change] = []
    if filters.brightness:
        changes.append(lambda image: ImageEnhance.Brightness(image).enhance(1 + filters.brightness))
    if filters.contrast:
        changes.append(lambda image: _contrast(image, filters.contrast))
    if filters.saturation:
        changes.append(lambda image: ImageEnhance.Color(image).enhance(1 + filters.saturation))
    if filters.grayscale:
        changes.append(lambda image: ImageOps.grayscale(image).convert("RGB"))
    if filters.sepia:
        changes.append(_sepia)
    if filters.invert:
        changes.append(ImageOps.invert)
    if filters.sharpen:
        changes.append(lambda image: image.filter(_sharpening(filters.sharpen, side)))
    if filters.blur:
        changes.append(
            lambda image: image.filter(ImageFilter.GaussianBlur(filters.blur * _BLUR_SHARE * side))
        )
    return changes


def _contrast(image: Image.Image, amount: float) -> Image.Image:
    """Around the middle grey, not around each picture's mean: all sizes and crops change alike."""
    table = [min(255, max(0, round(128 + (value - 128) * (1 + amount)))) for value in range(256)]
    return image.point(table * 3)


def _sepia(image: Image.Image) -> Image.Image:
    return ImageOps.colorize(ImageOps.grayscale(image), _SEPIA_DARK, _SEPIA_LIGHT)


def _sharpening(amount: float, side: int) -> ImageFilter.UnsharpMask:
    return ImageFilter.UnsharpMask(
        radius=max(0.5, _SHARPEN_SHARE * side), percent=round(_SHARPEN_PERCENT * amount), threshold=2
    )
