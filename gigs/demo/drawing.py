"""From a description to a file's bytes. The same description always gives the same bytes."""

import io
from dataclasses import dataclass
from random import Random

from PIL import Image

from gigs.demo.cast import Person
from gigs.demo.offers import Shot
from gigs.demo.palettes import PALETTES
from gigs.demo.scenes import SCENES
from gigs.demo.scenes.people import avatar

SEED = "vitrine"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as a browser would send it."""

    name: str
    data: bytes
    alt_text: str


def draw_avatar(person: Person, number: int) -> Drawn:
    rng = Random(f"{SEED} {person.username}")
    image = avatar(rng, PALETTES[person.palette], person.look)
    alt = f"Portrait of {person.name}, drawn without a face"
    return _drawn(person.username, image, "PNG" if number % 4 == 3 else "JPEG", alt)


def draw_shot(shot: Shot, stem: str, number: int) -> Drawn:
    """The picture of a gig; some are WebP, as in life."""
    rng = Random(f"{SEED} {stem} {number}")
    image = SCENES[shot.scene](rng, PALETTES[shot.palette])
    return _drawn(f"{stem}-{number + 1}", image, "WEBP" if rng.random() < 0.15 else "JPEG", shot.alt)


def _drawn(stem: str, image: Image.Image, form: str, alt: str) -> Drawn:
    options: dict[str, dict[str, int | bool]] = {
        "JPEG": {"quality": 88, "progressive": True},
        "PNG": {"compress_level": 4},
        "WEBP": {"quality": 86, "method": 1},
    }
    ending = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}[form]
    out = io.BytesIO()
    image.save(out, form, **options[form])
    return Drawn(f"{stem}.{ending}", out.getvalue(), alt)
