"""The pictures of a gig's page, each with what is said of it and where it is seen at its largest."""

from __future__ import annotations

from dataclasses import dataclass

from gigs.pictures import Shot
from gigs.services.show_gig import GigShown
from uploads_app.rendition_sets import LARGEST, in_all_sizes


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture. `url` with `width` and `height` in pixels is its largest size; `srcset` has them all."""

    shot: Shot
    alt: str
    url: str
    width: int
    height: int
    srcset: str


def frames(shown: GigShown) -> list[Frame]:
    """The pictures in their order. One without an alternative text is told by its place."""
    title = shown.gig.title or "this draft"
    total = len(shown.shots)
    return [
        _frame(shot, shot.file.alt_text or f"Picture {place} of {total} of {title}")
        for place, shot in enumerate(shown.shots, 1)
    ]


def _frame(shot: Shot, alt: str) -> Frame:
    sizes = in_all_sizes(shot.file, shot.variant)
    return Frame(shot=shot, alt=alt, srcset=sizes["srcset"], **sizes["renditions"][LARGEST.name])
