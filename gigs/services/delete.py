"""Deleting a gig. Its pictures stay with their owner, as files."""

from django.db import transaction

from gigs.models import Gig
from gigs.services.locking import lock


def delete(*, gig: Gig) -> None:
    """Deletes a gig that the caller may change (`access.own_gig`); pictures shown by it alone turn private.

    Raises NotFound when it is gone already.
    """
    with transaction.atomic():
        lock(gig).delete()
