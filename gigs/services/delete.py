"""Deleting a gig. Its pictures stay with their owner, as files; what was made for its own crops does not."""

from django.db import transaction

from gigs.models import Gig
from gigs.services.locking import lock_with_files
from uploads_app.services.rendering.changes import render_again


def delete(*, gig: Gig) -> None:
    """Deletes a gig that the caller may change (`access.own_gig`); pictures shown by it alone turn private.

    Raises NotFound when it is gone already.
    """
    with transaction.atomic():
        gig = lock_with_files(gig)
        cropped = list(gig.images.filter(crop__isnull=False).values_list("file", flat=True))
        gig.delete()
        render_again(cropped)
