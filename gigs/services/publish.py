"""Putting a gig before the public."""

from django.db import transaction
from django.utils import timezone

from gigs.models import Gig
from gigs.pictures import showable
from gigs.services.locking import lock
from uploads_app.errors import Conflict


def publish(*, gig: Gig) -> Gig:
    """Shows a gig that the caller may change to everybody; a published one stays as it is.

    Raises Conflict, naming what is missing: a title, a price or a picture that may be shown; NotFound
    when the gig is gone.
    """
    with transaction.atomic():
        gig = lock(gig)
        if gig.is_published:
            return gig
        missing = [*missing_words(gig), *_missing_picture(gig)]
        if missing:
            raise Conflict(f"Before this gig can be published it needs {_listed(missing)}.")
        gig.published_at = timezone.now()
        gig.save(update_fields=["published_at", "updated_at"])
    return gig


def missing_words(gig: Gig) -> list[str]:
    """What a published gig has to say and this one does not."""
    wanted = {"a title": gig.title == "", "a price": gig.price is None}
    return [name for name, absent in wanted.items() if absent]


def _missing_picture(gig: Gig) -> list[str]:
    return [] if showable().filter(gig=gig).exists() else ["a picture that may be shown"]


def _listed(names: list[str]) -> str:
    *firsts, last = names
    return f"{', '.join(firsts)} and {last}" if firsts else last
