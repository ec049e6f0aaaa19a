"""Every rendition of a picture from one decode: large to small, each resized from the nearest larger one."""

from __future__ import annotations

import hashlib
import io
import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

# Imported so that Pillow has no need to load its every plugin in search of one of these.
from PIL import AvifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401 isort: skip

from .encoders import OPTIONS, PILLOW_NAME
from .errors import CorruptImage, DecoderFailure, DecoderOutOfMemory, UnsupportedMediaType
from .filters import apply_filters
from .formats import ImageFormat, sniff
from .geometry import Plan, plan
from .pixels import reduced
from .presets import OutputFormat
from .pyramid import resized
from .recipes import Recipe

Target = tuple[Recipe, Path]

_ORIENTATION = 0x0112
# Encoders beside the resizing, all of which release the interpreter: one takes the large sizes, so that the
# buffers of one large picture at most are held, the other the small ones.
_LARGE = 1_300_000  # px


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendition as written: sides in px, `size` in bytes, SHA-256 in hexadecimal."""

    width: int
    height: int
    size: int
    sha256: str


def render(source: Path, targets: Sequence[Target]) -> list[Rendered]:
    """Render a stored (sanitised) picture by each recipe, and write each target, a file of mode 0600.

    The first frame stands for an animation. No metadata goes into a target; its colours are sRGB.
    Raises CorruptImage subclasses if the picture cannot be read, and OSError for the disk; then no target is
    left.
    """
    try:
        return _render(source, targets)
    except BaseException:
        for _, path in targets:
            path.unlink(missing_ok=True)
        raise


def _render(source: Path, targets: Sequence[Target]) -> list[Rendered]:
    try:
        recipes = [recipe for recipe, _ in targets]
        image, plans = _open(source, recipes)
        decoded = [image]
        del image
        encoded = _encode_all(decoded, recipes, plans)
    except (CorruptImage, UnsupportedMediaType):
        raise
    except MemoryError:
        raise DecoderOutOfMemory() from None
    except Exception as error:
        # Decoders report damage by whatever a parser may raise; every one of them means the same here.
        raise DecoderFailure() from error
    for (_, path), data in zip(targets, encoded, strict=True):
        _write(path, data)
    return [
        Rendered(*made.size, len(data), hashlib.sha256(data).hexdigest())
        for made, data in zip(plans, encoded, strict=True)
    ]


def _open(source: Path, recipes: Sequence[Recipe]) -> tuple[Image.Image, list[Plan]]:
    """Decode once, at the smallest scale that still has enough pixels for every recipe."""
    with source.open("rb") as stream:
        kind = sniff(stream.read(12)).value
    with Image.open(source, formats=(kind,)) as image:
        orientation = int(image.getexif().get(_ORIENTATION, 1))
        upright = image.size if orientation < 5 else (image.size[1], image.size[0])
        plans = [plan(recipe, *upright, orientation) for recipe in recipes]
        spare = min(_spare(made, image.size) for made in plans)
        if image.format == ImageFormat.JPEG.value:
            full = image.size
            image.draft(None, (math.ceil(full[0] / spare), math.ceil(full[1] / spare)))
            spare = max(1.0, spare * image.size[0] / full[0])
        image.load()
        profile = image.info.get("icc_profile")
        return _alone(reduced(image, max(1, int(spare))), profile), plans


def _spare(made: Plan, size: tuple[int, int]) -> float:
    """How many times smaller the stored picture may be decoded and still have every pixel that is needed."""
    width, height = made.size_before_turns
    return max(1.0, min(made.box.width * size[0] / width, made.box.height * size[1] / height))


def _alone(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The pixels and the profile, without the file they came from, which would keep its buffers."""
    alone = image._new(image.im)  # shares the pixels
    alone.info = {"icc_profile": profile} if profile else {}
    return alone


def _encode_all(decoded: list[Image.Image], recipes: Sequence[Recipe], plans: Sequence[Plan]) -> list[bytes]:
    """In the order of `recipes`. Equal outputs are made once: of a small picture, the larger widths are.

    `decoded` holds the one picture, and is emptied, so that it can be let go of before the end.
    """
    keys = [(made, recipe.format, recipe.edits.filters) for made, recipe in zip(plans, recipes, strict=True)]
    first = {key: index for index, key in reversed(list(enumerate(keys)))}
    # Largest first, so that each finds what it can be made from.
    order = sorted(first.values(), key=lambda index: -math.prod(plans[index].size))
    wanted = [(plans[index].box, plans[index].size_before_turns) for index in order]
    profile = decoded[0].info.get("icc_profile")
    with ThreadPoolExecutor(1) as large, ThreadPoolExecutor(1) as small:
        images = resized(decoded.pop(), profile, wanted)
        jobs = {
            index: (large if math.prod(plans[index].size) > _LARGE else small).submit(
                _finish, image, recipes[index], plans[index]
            )
            for index, image in zip(order, images, strict=True)
        }
        results = {index: job.result() for index, job in jobs.items()}
    return [results[first[key]] for key in keys]


def _finish(image: Image.Image, recipe: Recipe, made: Plan) -> bytes:
    for turn in made.turns:
        image = image.transpose(turn)
    image = apply_filters(image, recipe.edits.filters)
    if recipe.format is OutputFormat.JPEG and image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    image.info = {}
    out = io.BytesIO()
    image.save(out, PILLOW_NAME[recipe.format], **OPTIONS[recipe.format])
    return out.getvalue()


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
