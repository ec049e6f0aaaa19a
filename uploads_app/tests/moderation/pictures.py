"""Pictures for tests of copies: scenes with enough in them to be known again, and what people do to them."""

import random
from typing import Any
from uuid import uuid4

from PIL import Image, ImageDraw

from uploads_app.hashes import signed
from uploads_app.models import UploadedFile
from uploads_app.services.moderation.similar import remember
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.image_factories import encoded


def scene(seed: int = 1, size: tuple[int, int] = (480, 360)) -> Image.Image:
    """Forms of all sizes on a slope of light; another one for each seed."""
    rng = random.Random(seed)
    width, height = size
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    for _ in range(24):
        x, y = rng.uniform(-0.1, 0.9) * width, rng.uniform(-0.1, 0.9) * height
        across, down = rng.uniform(0.1, 0.5) * width, rng.uniform(0.1, 0.5) * height
        colour = tuple(rng.randrange(256) for _ in range(3))
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape((x, y, x + across, y + down), fill=colour)
    return image


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    return encoded(image, "JPEG", quality=quality)


def cropped(image: Image.Image, part: float = 0.04) -> Image.Image:
    """Without a strip at the left and at the top."""
    return image.crop((round(part * image.width), round(part * image.height), image.width, image.height))


def lookalike(looks: int, **columns: Any) -> UploadedFile:
    """A row of a file with an unsigned hash, by which it is found; without bytes."""
    columns = {"phash": signed(looks), "sha256": uuid4().hex * 2} | columns
    file: UploadedFile = FileFactory.create(**columns)
    remember(file)
    return file
