"""The pictures of a gig as its owner arranges them, and what is still missing."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from gigs.models import Gig
from gigs.pictures import Shot, crop_of, pictures_of
from gigs.services.publish import Need, needs


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture in its place, counted from 1."""

    shot: Shot
    position: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a published gig has; `target` is where on the page it is given."""

    need: Need
    words: str
    target: str
    done: bool


_STEPS = {
    Need.TITLE: ("A title", "id_title"),
    Need.PRICE: ("A price", "id_price"),
    Need.PICTURE: ("A picture", "pictures"),
}


def tiles_of(gig: Gig, owner: AbstractBaseUser) -> dict[str, Any]:
    """What the page of making a gig shows of its pictures, as template context; two queries."""
    images = pictures_of(gig, owner, for_pages=True)
    tiles = [Tile(Shot(image.file, crop_of(image)), place) for place, image in enumerate(images, 1)]
    missing = needs(gig, has_picture=any(not tile.shot.is_hidden for tile in tiles))
    return {
        "tiles": tiles,
        "untold": sum(not tile.shot.file.alt_text for tile in tiles),
        "steps": [Step(need, words, target, need not in missing) for need, (words, target) in _STEPS.items()],
        "missing": missing,
        "largest": settings.VITRINE_MAX_FILE_SIZE,
        "most": settings.VITRINE_MAX_IMAGES_PER_GIG,
    }
