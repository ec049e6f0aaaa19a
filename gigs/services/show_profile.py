"""Everything that the page of a person shows."""

from __future__ import annotations

from dataclasses import dataclass

from gigs.cards import files_of
from gigs.services.browse import CardPage, card_page
from gigs.services.search import GigSearch
from uploads_app.rendition_sets import attach_renditions
from uploads_app.visibility import Viewer
from users.faces import Face, avatars, faces
from users.models import Profile
from users.services.buddies import is_buddy
from users.services.profile import visible_profile


@dataclass(frozen=True, slots=True)
class ProfileShown:
    """A person as one viewer sees them, with a page of their published gigs."""

    profile: Profile
    face: Face
    gigs: CardPage
    is_own: bool
    is_buddy: bool  # of the viewer


def show_profile(*, viewer: Viewer, username: str, limit: int, cursor: str | None = None) -> ProfileShown:
    """A profile and its gigs, with all pictures in all sizes; six queries at most.

    Raises NotFound as `visible_profile`, and Invalid for a cursor that was not given out.
    """
    profile = visible_profile(username, viewer)
    people = faces([profile.user], viewer)
    wanted = GigSearch(owner=profile.user.username, limit=limit, cursor=cursor)
    gigs = card_page(viewer, wanted, people)
    attach_renditions([*{*files_of(gigs.cards), *avatars(people.values())}], for_pages=True)
    is_own = viewer is not None and viewer.pk == profile.pk
    chosen = not is_own and is_buddy(viewer, profile.user)
    return ProfileShown(profile, people[profile.pk], gigs, is_own, chosen)
