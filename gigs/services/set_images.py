"""The pictures of a gig, replaced and reordered as one step."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction

from gigs.models import Gig, GigImage
from gigs.services.locking import lock
from uploads_app.errors import Invalid
from uploads_app.services.using import lock_for_use


def set_images(*, gig: Gig, file_ids: Sequence[UUID]) -> Gig:
    """Makes these the pictures of a gig that the caller may change; the first is the cover.

    A published gig that is left without a picture is a draft again. All or nothing: Invalid for too many
    or repeated ids, NotFound for a file that is absent or not the gig owner's (or when the gig is gone),
    Conflict for one that is not ready or was rejected.
    """
    _check(file_ids)
    with transaction.atomic():
        files = lock_for_use(gig.owner, file_ids)
        gig = lock(gig)
        gig.images.all().delete()
        GigImage.objects.bulk_create(
            GigImage(gig=gig, file=file, position=position) for position, file in enumerate(files)
        )
        if not files:
            gig.published_at = None
        gig.save(update_fields=["published_at", "updated_at"])
    return gig


def _check(file_ids: Sequence[UUID]) -> None:
    most = settings.VITRINE_MAX_IMAGES_PER_GIG
    if len(file_ids) > most:
        raise Invalid.field("file_ids", f"A gig has at most {most} pictures.", "max_length")
    if len(set(file_ids)) < len(file_ids):
        raise Invalid.field("file_ids", "A picture can be in a gig only once.", "duplicate")
