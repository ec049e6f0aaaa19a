"""What tests of rendering render."""

from collections.abc import Callable

from PIL import Image, ImageChops

from uploads_app.images.presets import PRESETS, Fit, OutputFormat
from uploads_app.tests.images.colour_difference import Difference

PILLOW = {OutputFormat.AVIF: "AVIF", OutputFormat.WEBP: "WEBP", OutputFormat.JPEG: "JPEG"}
SIZE = (660, 440)
Make = Callable[..., Image.Image]
# Measured, on top of what the codec alone does to the plain render: at most 1.8 and 5.7 for WebP, 0.7 and 3.0
# for the others (resizing step by step from a reduced decode). What must not pass: an ignored profile
# gives 7 and 18, a stripe 2 px wide at an edge 0.5 and 31.
BOUNDS = {
    OutputFormat.WEBP: Difference(mean=2.3, worst=7.5),
    OutputFormat.AVIF: Difference(mean=1.0, worst=4.0),
    OutputFormat.JPEG: Difference(mean=1.0, worst=4.0),
}


def scene(size: tuple[int, int] = SIZE) -> Image.Image:
    """Smooth colours, so that codecs add next to nothing to the difference."""
    across, down = Image.linear_gradient("L").rotate(90).resize(size), Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (across, down, ImageChops.invert(across)))


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
