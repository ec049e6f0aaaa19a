"""The picture that other sites show beside a link to a gig."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from gigs.services.show_gig import GigShown
from uploads_app.addresses import on_demand
from uploads_app.images.geometry import rendered_size
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.services.rendering.wanted import recipe

_SIZE = PRESETS["w1280"]


@dataclass(frozen=True, slots=True)
class SocialPicture:
    """A JPEG, which every site takes: its absolute address, its size in pixels, what is seen."""

    url: str
    width: int
    height: int
    alt: str


def social_picture(request: HttpRequest, shown: GigShown) -> SocialPicture | None:
    """The cover of a published gig, as everybody may see it; None where there is none."""
    cover = next((shot for shot in shown.shots if not shot.is_hidden), None)
    if cover is None or not shown.gig.is_published:
        return None
    file = cover.file
    width, height = rendered_size(recipe(file, _SIZE, OutputFormat.JPEG), file.width, file.height)
    url = request.build_absolute_uri(on_demand(file, _SIZE, OutputFormat.JPEG))
    return SocialPicture(url, width, height, file.alt_text or shown.gig.title)
