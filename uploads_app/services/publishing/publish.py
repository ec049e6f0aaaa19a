"""Making public copies: the row first, then the bytes, and only then is anybody sent there."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from uploads_app.models import PublicCopy, Rendition
from uploads_app.services.publishing.rule import to_be_public
from uploads_app.services.storage_check import require_storage
from uploads_app.storage.facts import of_public_copy
from uploads_app.storage.keys import new_public_key
from uploads_app.storage.places import S3_PUBLIC, storage
from uploads_app.storage.s3 import DurableS3Storage
from uploads_app.storage.s3_public import PublicS3Storage

logger = logging.getLogger(__name__)

_BATCH = 200
# More than all tries of one copy take. Until then a row is its maker's, who may be about to write.
_LEASE = timedelta(minutes=5)
_State = PublicCopy.State


def publish_missing(seconds: float) -> int:
    """Copies what is public and has no copy yet, the oldest first, for `seconds` at most; says how many.

    Raises StorageAway; what was copied until then is offered.
    """
    ends, last, made = time.monotonic() + seconds, 0, 0
    while batch := list(_missing(last)):
        require_storage(S3_PUBLIC, seen_is_enough=True)
        for row in batch:
            if time.monotonic() > ends:
                return made
            made += publish(row)
            last = row.pk
    return made


def publish(row: Rendition) -> bool:
    """Makes the public copy of a rendition; whether people are sent there now.

    Not where another makes it, the rendition is gone, or it stopped being public meanwhile. Raises
    StorageAway; what may have been written then is named by a row that is given up later.
    """
    copy = _claimed(row)
    if copy is None:
        return False
    try:
        _write(row, copy.key)
    except FileNotFoundError:
        logger.warning("rendition %s has no bytes to be copied", row.pk)
        PublicCopy.objects.filter(pk=copy.pk).update(state=_State.REMOVING, rendition=None)
        return False
    mine = PublicCopy.objects.filter(pk=copy.pk, state=_State.PENDING, lease_until__gt=Now())
    still = mine.filter(rendition__in=to_be_public().values("pk"))
    if still.update(state=_State.OFFERED, lease_until=None):
        return True
    PublicCopy.objects.filter(pk=copy.pk).update(state=_State.REMOVING, rendition=None, lease_until=None)
    return False


def _missing(after: int) -> list[Rendition]:
    rows = to_be_public().filter(pk__gt=after, public_copy__isnull=True).select_related("file")
    return list(rows.order_by("pk")[:_BATCH])


def _claimed(row: Rendition) -> PublicCopy | None:
    try:
        with transaction.atomic():
            return PublicCopy.objects.create(
                file_id=row.file_id, rendition=row, key=new_public_key(row.format), lease_until=Now() + _LEASE
            )
    except IntegrityError:
        return None  # another makes it, or the rendition was removed


def _write(row: Rendition, key: str) -> None:
    source, target = storage(row.storage), storage(S3_PUBLIC)
    facts = of_public_copy(row, row.file.original_filename)
    if isinstance(source, DurableS3Storage) and isinstance(target, PublicS3Storage):
        target.copy_from(source, row.key, key, facts)
        return
    with source.local_copy(row.key) as path:
        target.write_once(key, path, facts)
