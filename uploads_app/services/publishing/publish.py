"""Making public copies: the row first, then the bytes, and only then is anybody sent there."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from uploads_app.models import PublicCopy, Rendition
from uploads_app.services.publishing.rule import to_be_public
from uploads_app.services.storage_check import require_storage
from uploads_app.services.walking import by_pk, onward
from uploads_app.storage.facts import of_public_copy
from uploads_app.storage.keys import new_public_key
from uploads_app.storage.places import S3_PUBLIC, storage
from uploads_app.storage.s3 import DurableS3Storage
from uploads_app.storage.s3_public import PublicS3Storage

logger = logging.getLogger(__name__)

# More than all tries of one copy take. Until then a row is its maker's, who may be about to write.
_LEASE = timedelta(minutes=5)
_State = PublicCopy.State


def publish_missing(ends: float) -> None:
    """Copies what is public and has no copy yet, of the next VITRINE_PUBLISH_ROWS renditions, until `ends`.

    Raises StorageAway; what was copied until then is offered.
    """
    ready = Rendition.objects.filter(state=Rendition.State.READY).values_list("pk")
    for batch in onward("public.publish", by_pk(ready), settings.VITRINE_PUBLISH_ROWS):
        if not _publish_all(_missing(pk__in=[pk for (pk,) in batch]), ends):
            return


def publish_those(files: Sequence[UUID], ends: float) -> bool:
    """The same of these files; false when `ends`, a moment of the monotonic clock, came first."""
    return _publish_all(_missing(file__in=files), ends)


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


def _missing(**which: Any) -> list[Rendition]:
    rows = to_be_public().filter(public_copy__isnull=True, **which).select_related("file")
    return list(rows.order_by("pk"))


def _publish_all(rows: Sequence[Rendition], ends: float) -> bool:
    if rows:
        require_storage(S3_PUBLIC, seen_is_enough=True)
    for row in rows:
        if time.monotonic() > ends:
            return False
        publish(row)
    return True


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
