"""Taking a gig back from the public."""

from django.db import transaction

from gigs.models import Gig
from gigs.services.locking import lock


def unpublish(*, gig: Gig) -> Gig:
    """Makes a gig that the caller may change a draft again; a draft stays as it is.

    Its pictures are private from this commit on, unless something else shows them.
    Raises NotFound when the gig is gone.
    """
    with transaction.atomic():
        gig = lock(gig)
        if gig.is_published:
            gig.published_at = None
            gig.save(update_fields=["published_at", "updated_at"])
    return gig
