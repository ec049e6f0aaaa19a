"""Gigs as the API shows them: plain dictionaries, field by field, so that nothing slips out.

The serializers beside this file describe the same shapes for the schema; a test holds the two together.
"""

from collections.abc import Iterable
from typing import Any

from gigs.models import Gig, GigImage
from gigs.pictures import pictures_of, variant_of
from uploads_app.api.representation import picture
from uploads_app.visibility import Viewer

Json = dict[str, Any]


def summary(gig: Gig, cover: GigImage | None) -> Json:
    """A gig in a list."""
    return {
        "id": gig.pk,
        "title": gig.title,
        "description": gig.description,
        "price": None if gig.price is None else f"{gig.price:.2f}",
        "currency": gig.currency,
        "tags": [tag.name for tag in gig.tags.all()],
        "owner": gig.owner.get_username(),
        "is_published": gig.is_published,
        "published_at": gig.published_at,
        "created_at": gig.created_at,
        "updated_at": gig.updated_at,
        "cover": _picture(cover) if cover else None,
    }


def detail(gig: Gig, viewer: Viewer) -> Json:
    """A gig with the pictures that this viewer may see."""
    images = pictures_of(gig, viewer)
    return summary(gig, images[0] if images else None) | {"images": pictures(images)}


def image_list(gig: Gig, viewer: Viewer) -> Json:
    """GigImages: the pictures that this viewer may see, in order."""
    return {"gig_id": gig.pk, "images": pictures(pictures_of(gig, viewer))}


def pictures(images: Iterable[GigImage]) -> list[Json]:
    return [_picture(image) for image in images]


def _picture(image: GigImage) -> Json:
    return picture(image.file, variant_of(image))
