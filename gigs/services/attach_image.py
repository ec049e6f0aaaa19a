"""One more picture at the end of a gig: what an upload into a gig does."""

import re

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Max

from gigs.models import Gig, GigImage
from gigs.rules import MAX_ID
from gigs.services.access import own_gig
from gigs.services.locking import lock
from uploads_app.errors import Conflict, Invalid
from uploads_app.models import UploadedFile
from uploads_app.services.upload import OnReady
from uploads_app.services.using import lock_for_use


def attach_image(*, gig: Gig, file: UploadedFile) -> GigImage:
    """Puts a file at the end of a gig that the caller may change.

    May be called inside the transaction that makes the file ready. Raises NotFound for a file that is not
    the gig owner's (or when the gig is gone), Conflict when the gig is full or has this file already, or
    when the file is not ready or was rejected.
    """
    with transaction.atomic():
        [file] = lock_for_use(gig.owner, [file.pk])
        gig = lock(gig)
        refuse_when_full(gig)
        if gig.images.filter(file=file).exists():
            raise Conflict("This picture is in the gig already.")
        last = gig.images.aggregate(last=Max("position"))["last"]
        image = GigImage.objects.create(gig=gig, file=file, position=0 if last is None else last + 1)
        gig.save(update_fields=["updated_at"])
    return image


def attaching(gig: Gig) -> OnReady:
    """What an upload into a gig that the caller may change does when its file is ready.

    Raises Conflict at once when the gig is full, so that no picture is taken in for nothing.
    """
    refuse_when_full(gig)

    def attach(file: UploadedFile) -> None:
        attach_image(gig=gig, file=file)

    return attach


def attaching_to(owner: AbstractBaseUser, gig_id: str) -> OnReady:
    """The same for a gig by its id, as text that somebody sent. Raises Invalid, and what `own_gig` raises."""
    if not re.fullmatch(r"[1-9][0-9]{0,18}", gig_id) or int(gig_id) > MAX_ID:
        raise Invalid.field("gig_id", "The number of a gig, please.")
    return attaching(own_gig(owner, int(gig_id)))


def refuse_when_full(gig: Gig) -> None:
    """Raises Conflict when the gig has no room for another picture."""
    most = settings.VITRINE_MAX_IMAGES_PER_GIG
    if gig.images.count() >= most:
        raise Conflict(f"This gig has {most} pictures, which is the most it may have.")
