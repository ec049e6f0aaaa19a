"""The pictures of a gig, replaced and reordered as one step."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from gigs.models import Gig, GigImage
from gigs.services.locking import lock_with_files
from uploads_app.errors import Invalid
from uploads_app.images.recipes import Crop
from uploads_app.services.moderation.withhold import return_changed
from uploads_app.services.publishing.changes import look_again
from uploads_app.services.rendering.changes import render_again
from uploads_app.services.using import lock_for_use

Crops = Mapping[UUID, Crop | None]


def set_images(*, gig: Gig, file_ids: Sequence[UUID], crops: Crops = MappingProxyType({})) -> Gig:
    """Makes these the pictures of a gig that the caller may change; the first is the cover.

    `crops` gives pictures this gig's own crop (None takes it back); those not named in it keep theirs.
    A published gig that is left without a picture is a draft again. All or nothing: Invalid for too many
    or repeated ids, NotFound for a file that is absent or not the gig owner's (or when the gig is gone),
    Conflict for one that is not ready or was rejected.
    """
    _check(file_ids)
    with transaction.atomic():
        gig = lock_with_files(gig, file_ids)
        before = dict(gig.images.values_list("file", "crop"))
        files = lock_for_use(gig.owner, file_ids, used=before)
        after = {file.pk: _crop(file.pk, crops, before) for file in files}
        gig.images.all().delete()
        GigImage.objects.bulk_create(
            GigImage(gig=gig, file=file, position=position, crop=after[file.pk])
            for position, file in enumerate(files)
        )
        recropped = sorted(pk for pk in {*before, *after} if after.get(pk) != before.get(pk))
        render_again(recropped)
        return_changed(pk for pk in recropped if after.get(pk))
        if not files:
            gig.published_at = None
        gig.save(update_fields=["published_at", "updated_at"])
        look_again(after)  # of those before, their going was noted
    return gig


def _crop(file_id: UUID, crops: Crops, before: Mapping[UUID, dict[str, float] | None]) -> Any:
    if file_id not in crops:
        return before.get(file_id)
    crop = crops[file_id]
    return asdict(crop) if crop and not crop.is_whole else None


def _check(file_ids: Sequence[UUID]) -> None:
    most = settings.VITRINE_MAX_IMAGES_PER_GIG
    if len(file_ids) > most:
        raise Invalid.field("file_ids", f"A gig has at most {most} pictures.", "max_length")
    if len(set(file_ids)) < len(file_ids):
        raise Invalid.field("file_ids", "A picture can be in a gig only once.", "duplicate")
