"""One's favourites among people."""

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from uploads_app.errors import Invalid, NotFound
from uploads_app.pagination import Page, newest, page, whole
from uploads_app.visibility import Viewer
from users.models import Buddy, User
from users.services.profile import visible_profile, visible_profiles

_ORDER = newest("created_at", whole)


def add_buddy(*, person: User, username: str) -> None:
    """Makes somebody a favourite; whoever is one already stays what they are.

    Raises NotFound for a person who is absent, hidden or disabled, alike, and Invalid for oneself.
    """
    buddy = visible_profile(username, person).user
    _refuse_oneself(person, buddy)
    try:
        with transaction.atomic():
            Buddy.objects.get_or_create(person=person, buddy=buddy)
    except IntegrityError as error:  # one of the two accounts ended in the meantime
        raise NotFound() from error


def remove_buddy(*, person: User, username: str) -> None:
    """Takes a favourite back, also one who has hidden themselves since; whoever is none stays none.

    Raises NotFound for a person who is absent, or hidden and no favourite, alike, and Invalid for oneself.
    """
    chosen = Buddy.objects.filter(person=person, buddy__in=User.objects.with_username(username))
    if not chosen.delete()[0]:
        _refuse_oneself(person, visible_profile(username, person).user)


def buddies_of(person: User, *, limit: int, cursor: str | None = None) -> Page[Buddy]:
    """A page of the favourites whom the person may still see, the latest first; one query.

    Each comes with `buddy` and their profile, as `users.faces` takes them. Raises Invalid for a cursor
    that was not given out.
    """
    rows = visible_buddies(person).select_related("buddy__profile")
    return page(rows, _ORDER, limit=limit, cursor=cursor)


def is_buddy(person: Viewer, other: User) -> bool:
    """Whether somebody is a favourite of this viewer's; one query, none for visitors."""
    if person is None or not person.is_authenticated:
        return False
    return Buddy.objects.filter(person=person.pk, buddy=other).exists()


def visible_buddies(person: User) -> QuerySet[Buddy]:
    """The favourites whom the person may still see: their profile is visible and their account active."""
    return Buddy.objects.filter(Exists(visible_profiles(person).filter(pk=OuterRef("buddy"))), person=person)


def _refuse_oneself(person: User, other: User) -> None:
    if other.pk == person.pk:
        raise Invalid.field("username", "Nobody is their own buddy.")
