"""Putting a gig before the public."""

from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from gigs.models import Gig
from gigs.pictures import showable
from gigs.services.locking import lock
from uploads_app.errors import Conflict


class Need(StrEnum):
    """What a gig has to have before it can be published, as a part of a sentence."""

    TITLE = "a title"
    PRICE = "a price"
    PICTURE = "a picture that may be shown"


def publish(*, gig: Gig) -> Gig:
    """Shows a gig that the caller may change to everybody; a published one stays as it is.

    Raises Conflict, naming what is missing: a title, a price or a picture that may be shown; NotFound
    when the gig is gone.
    """
    with transaction.atomic():
        gig = lock(gig)
        if gig.is_published:
            return gig
        missing = needs(gig, has_picture=showable().filter(gig=gig).exists())
        if missing:
            raise Conflict(f"Before this gig can be published it needs {listed(missing)}.")
        gig.published_at = timezone.now()
        gig.save(update_fields=["published_at", "updated_at"])
    return gig


def needs(gig: Gig, *, has_picture: bool) -> list[Need]:
    """What is missing before a gig can be published. `has_picture`: it has one that may be shown."""
    return missing_words(gig) if has_picture else [*missing_words(gig), Need.PICTURE]


def missing_words(gig: Gig) -> list[Need]:
    """What a published gig has to say and this one does not."""
    wanted = {Need.TITLE: gig.title == "", Need.PRICE: gig.price is None}
    return [need for need, absent in wanted.items() if absent]


def listed(names: list[Need]) -> str:
    """Several as a part of a sentence."""
    *firsts, last = names
    return f"{', '.join(firsts)} and {last}" if firsts else last
