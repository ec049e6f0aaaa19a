"""The published gigs as a grid of cards."""

from __future__ import annotations

from dataclasses import dataclass

from gigs.cards import Card, People, cards_of, files_of
from gigs.services.search import GigSearch, page_of
from uploads_app.rendition_sets import attach_renditions
from uploads_app.visibility import Viewer

_PICTURES = 5  # of each gig: the cover, and what one leafs through on its card


@dataclass(frozen=True, slots=True)
class CardPage:
    """One page of a grid; `next` and `previous` are cursors, None at the ends."""

    cards: list[Card]
    next: str | None
    previous: str | None


def browse_gigs(*, viewer: Viewer, wanted: GigSearch) -> CardPage:
    """One page of published gigs, with covers and avatars in all sizes; four queries at most.

    Raises Invalid for a cursor that was not given out.
    """
    page = card_page(viewer, wanted)
    attach_renditions(files_of(page.cards), for_pages=True)
    return page


def card_page(viewer: Viewer, wanted: GigSearch, people: People | None = None) -> CardPage:
    """The same without the sizes of the pictures. `people` are the owners' faces where they are known."""
    page = page_of(wanted, ("owner__profile",))
    return CardPage(cards_of(page.rows, viewer, most=_PICTURES, people=people), page.next, page.previous)
