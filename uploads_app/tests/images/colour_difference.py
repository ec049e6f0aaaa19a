"""How far two pictures are apart to an eye, all over and at their worst place."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageMath

from uploads_app.images.encoders import OPTIONS, PILLOW_NAME
from uploads_app.images.presets import OutputFormat

_TO_LAB = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
_BLOCK = 8  # px; what codecs work by, and small enough that no local error is averaged away


@dataclass(frozen=True, slots=True)
class Difference:
    """ΔE (CIE76): of all pixels in the mean, and in the mean of the worst 8 by 8 block.

    About 2 is what an eye begins to see between two flat colours beside each other.
    """

    mean: float
    worst: float

    def within(self, bound: Difference) -> bool:
        return self.mean < bound.mean and self.worst < bound.worst


def difference(one: Image.Image, other: Image.Image) -> Difference:
    """The difference of two RGB pictures of one size."""
    bands: dict[str, Image.Image] = {}
    for name, image in (("a", one), ("b", other)):
        lab = ImageCms.applyTransform(image.convert("RGB"), _TO_LAB)
        assert lab is not None
        bands |= {f"{name}{number}": band for number, band in enumerate(lab.split())}
    errors: Image.Image = ImageMath.lambda_eval(_delta_e, **bands)
    # ImageStat counts floats in 256 bins, so it cannot say their mean.
    mean = errors.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    worst = errors.reduce(_BLOCK).getextrema()[1]
    assert isinstance(mean, float)
    assert isinstance(worst, float)
    return Difference(mean, worst)


def _delta_e(given: dict) -> object:  # type: ignore[type-arg]
    """The distance of each pixel in Lab, where lightness has 255 steps for 100."""
    lightness, a, b = (given["float"](given[f"a{n}"]) - given["float"](given[f"b{n}"]) for n in range(3))
    lightness *= 100 / 255
    return (lightness * lightness + a * a + b * b) ** 0.5


def on_white(image: Image.Image) -> Image.Image:
    """What is seen of a picture on white paper."""
    solid = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", solid.size, "white"), solid).convert("RGB")


def coded(image: Image.Image, format_: OutputFormat = OutputFormat.WEBP) -> Image.Image:
    """What the codec makes of a picture, as it is seen: some lose much colour to it, whoever encodes them."""
    out = io.BytesIO()
    ready = on_white(image) if format_ is OutputFormat.JPEG else image
    ready.save(out, PILLOW_NAME[format_], **OPTIONS[format_])
    return on_white(Image.open(out))
