"""Everything that the page of one's favourites shows."""

from __future__ import annotations

from dataclasses import dataclass

from gigs.services.recommend import recommend
from uploads_app.rendition_sets import attach_renditions
from users.faces import Face, avatars, faces
from users.models import User
from users.services.buddies import buddies_of


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody one may like to have as a buddy, and a sentence that says why."""

    face: Face
    reason: str


@dataclass(frozen=True, slots=True)
class BuddiesShown:
    """A page of favourites, the latest first, and suggestions; `next` and `previous` are cursors."""

    buddies: list[Face]
    suggestions: list[Suggestion]
    next: str | None
    previous: str | None


def show_buddies(*, person: User, limit: int, cursor: str | None = None) -> BuddiesShown:
    """The favourites and, on their first page, suggestions, with avatars in all sizes; five queries.

    Raises Invalid for a cursor that was not given out.
    """
    page = buddies_of(person, limit=limit, cursor=cursor)
    suggested = [] if cursor else recommend(person)
    people = [row.buddy for row in page.rows] + [one.person for one in suggested]
    known = faces(people, person)
    attach_renditions(avatars(known.values()), for_pages=True)
    return BuddiesShown(
        buddies=[known[row.buddy_id] for row in page.rows],
        suggestions=[Suggestion(known[one.person.pk], one.reason) for one in suggested],
        next=page.next,
        previous=page.previous,
    )
