"""The lock under which a gig changes.

Locks are always taken in this order: files first, then gigs, each by their ids. An upload holds its file's
row when it reaches the gig, and so does a deletion: the other way round would let two of them wait for
each other for ever. All files of one change are locked by one query: two that are each in order are not in
order together.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from gigs.models import Gig, GigImage
from uploads_app.errors import NotFound
from uploads_app.models import UploadedFile


class _Rearranged(Exception):
    """The gig got other pictures between the lock of its files and its own."""


def lock(gig: Gig) -> Gig:
    """The gig as it is now, locked until the transaction ends. Must be called inside one.

    Raises NotFound when it was deleted in the meantime.
    """
    fresh = Gig.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=gig.pk).first()
    if fresh is None:
        raise NotFound()
    return fresh


def lock_with_files(gig: Gig, others: Sequence[UUID] = ()) -> Gig:
    """The same, with the files that are in it now, and `others` of its owner, locked before it."""
    while True:
        try:
            with transaction.atomic():  # a savepoint: what is locked in vain is let go with it
                held = _lock_files(gig, others)
                fresh = lock(gig)
                if not held.issuperset(fresh.images.values_list("file", flat=True)):
                    raise _Rearranged
                return fresh
        except _Rearranged:
            continue


def _lock_files(gig: Gig, others: Sequence[UUID]) -> set[UUID]:
    present = GigImage.objects.filter(gig=gig).values("file")
    wanted = Q(pk__in=present) | Q(pk__in=others, owner=gig.owner_id)
    files = UploadedFile.objects.select_for_update().filter(wanted)
    return set(files.order_by("pk").values_list("pk", flat=True))
