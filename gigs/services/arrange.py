"""Moving one picture of a gig, as its buttons do: a step, to the front, or out."""

from enum import StrEnum
from uuid import UUID

from django.db import transaction

from gigs.models import Gig
from gigs.services.locking import lock_with_files
from gigs.services.set_images import set_images
from uploads_app.errors import NotFound


class Move(StrEnum):
    """Where a picture goes."""

    EARLIER = "earlier"
    LATER = "later"
    COVER = "cover"
    OUT = "out"


def arrange(*, gig: Gig, file_id: UUID, move: Move) -> Gig:
    """Moves one picture of a gig that the caller may change; at an end it stays where it is.

    Taken out, it stays among its owner's files. A published gig that is left without a picture is a draft
    again. Raises NotFound when the picture is not in the gig (or the gig is gone), and what `set_images`
    raises.
    """
    with transaction.atomic():
        gig = lock_with_files(gig)
        order = list(gig.images.order_by("position").values_list("file", flat=True))
        if file_id not in order:
            raise NotFound("This picture is not in the gig any more.")
        return set_images(gig=gig, file_ids=_moved(order, file_id, move))


def _moved(order: list[UUID], file_id: UUID, move: Move) -> list[UUID]:
    place = order.index(file_id)
    others = [other for other in order if other != file_id]
    if move == Move.OUT:
        return others
    target = {Move.EARLIER: max(0, place - 1), Move.LATER: place + 1, Move.COVER: 0}[move]
    return [*others[:target], file_id, *others[target:]]
