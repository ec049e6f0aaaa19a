"""The lock under which a gig changes.

Locks are always taken in this order: files first, then gigs, each by their ids. An upload holds its file's
row when it reaches the gig, and so does a deletion: the other way round would let two of them wait for
each other for ever.
"""

from gigs.models import Gig
from uploads_app.errors import NotFound


def lock(gig: Gig) -> Gig:
    """The gig as it is now, locked until the transaction ends. Must be called inside one.

    Raises NotFound when it was deleted in the meantime.
    """
    fresh = Gig.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=gig.pk).first()
    if fresh is None:
        raise NotFound()
    return fresh
