"""Everything that the page of a gig shows."""

from __future__ import annotations

from dataclasses import dataclass

from gigs.cards import Card, cards_with
from gigs.models import Gig
from gigs.pictures import Shot, shots_of
from gigs.services.access import visible_gig
from gigs.services.publish import Need, needs
from gigs.services.related import Neighbours, neighbours
from uploads_app.rendition_sets import attach_renditions
from uploads_app.visibility import Viewer
from users.faces import Face, avatars, faces


@dataclass(frozen=True, slots=True)
class GigShown:
    """A gig as one viewer sees it. `missing` names what a draft lacks before it can be published."""

    gig: Gig
    owner: Face
    tags: list[str]
    shots: list[Shot]
    missing: list[Need]
    more: list[Card]
    related: list[Card]


def show_gig(*, viewer: Viewer, gig_id: int) -> GigShown:
    """A gig with its pictures in all sizes, its owner, and the gigs around it; six queries at most.

    A draft has none around it. Raises NotFound as `visible_gig`.
    """
    gig = visible_gig(viewer, gig_id)
    tags = [tag.name for tag in gig.tags.all()]
    around = neighbours(gig, tags) if gig.is_published else Neighbours([], [])
    near = [*around.more, *around.related]
    shots = shots_of(near, viewer, whole=gig)
    people = faces((one.owner for one in (gig, *near)), viewer)
    files = [shot.file for found in shots.values() for shot in found]
    attach_renditions(files + avatars(people.values()), for_pages=True)
    return GigShown(
        gig=gig,
        owner=people[gig.owner_id],
        tags=tags,
        shots=shots[gig.pk],
        missing=needs(gig, has_picture=not all(shot.is_hidden for shot in shots[gig.pk])),
        more=cards_with(around.more, shots, people),
        related=cards_with(around.related, shots, people),
    )
