"""Taking renditions out of service, and removing those that nothing leads to."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from uploads_app.locking import take
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.backup.hold import under_way
from uploads_app.services.moving.removal import remove_copies
from uploads_app.services.publishing.changes import look_again
from uploads_app.services.publishing.withdraw import withdraw_soon
from uploads_app.services.rendering.changes import hold_unchanged
from uploads_app.services.rendering.wanted import valid_digests
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage

logger = logging.getLogger(__name__)

_State = Rendition.State
_BATCH = 100  # rows taken at once: fewer than go within VITRINE_RETIRED_KEPT


def retire_all(file: UploadedFile) -> None:
    """Takes every rendition of a file out of service, within the caller's transaction.

    For changes that must show at once: what was cropped away is seen by nobody from the commit on. Those
    under way end in nothing, since the file's revision is another.
    """
    _retire(Rendition.objects.filter(file=file))
    withdraw_soon(file.pk)


def retire_stale(file: UploadedFile) -> int:
    """Takes out of service what no present recipe of the file gives; says how many.

    For changes that may show late (a focal point, other presets): called once their successors are ready.
    Raises Conflict when the file was changed meanwhile: the successors may then be what looks stale.
    """
    with transaction.atomic():
        hold_unchanged(file)
        retired = _retire(Rendition.objects.filter(file=file).exclude(digest__in=valid_digests(file)))
        if retired:
            look_again([file.pk])
    return retired


def remove_all(file: UploadedFile) -> None:
    """Removes every rendition of a file that is gone. Raises StorageAway.

    Rows of those under way stay until their lease is over: their maker may be about to write, and to die.
    """
    rows = Rendition.objects.filter(file=file)
    rows.exclude(state=_State.REMOVING).update(state=_State.REMOVING, retired_at=Now())
    for row in rows.filter(state=_State.REMOVING):
        _remove(row)


def remove_retired() -> int:
    """Removes bytes and rows that have been out of service long enough; says how many went.

    One whose storage does not answer stays for the next time, as all do while a backup is made, and so do, for
    VITRINE_RETIRED_KEPT, those that somebody else has just begun to remove.
    """
    if under_way().exists():
        return 0
    old = Now() - timedelta(seconds=settings.VITRINE_RETIRED_KEPT)
    rows = Rendition.objects.filter(state__in=[_State.RETIRED, _State.REMOVING], retired_at__lte=old)
    last, removed = 0, 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        last = batch[-1].pk
        ids = [row.pk for row in batch]
        taken = set(take(rows.filter(pk__in=ids), state=_State.REMOVING, retired_at=Now()))
        removed += _remove_those([row for row in batch if row.pk in taken])
    return removed


def give_up_expired() -> int:
    """Takes away what attempts that died left behind, where nobody took over since; says how many.

    A claim is taken over at once by whoever wants the same rendition. This is for those that nobody wants:
    a while after their lease, so that takers come first.
    """
    long_ago = Now() - timedelta(seconds=3 * settings.VITRINE_RENDER_LEASE)
    expired = Rendition.objects.filter(state=_State.PENDING, lease_until__lte=long_ago)
    ids = take(expired, limit=_BATCH, state=_State.REMOVING, retired_at=Now(), lease_until=None)
    return _remove_those(list(Rendition.objects.filter(pk__in=ids, state=_State.REMOVING)))


def _retire(rows: QuerySet[Rendition]) -> int:
    return rows.filter(state=_State.READY).update(state=_State.RETIRED, retired_at=Now())


def _remove_those(rows: Sequence[Rendition]) -> int:
    removed = 0
    for row in rows:
        gone = False
        try:
            gone = _remove(row)
        except StorageAway as error:
            logger.warning("removal of rendition %s put off: %s", row.key, error)
        if not gone:  # for whoever comes next, and not only after a while
            mine = Rendition.objects.filter(pk=row.pk, state=_State.REMOVING)
            mine.update(retired_at=row.retired_at)
        removed += gone
    return removed


def _remove(row: Rendition) -> bool:
    """Removes the bytes, and the row unless somebody may still write at its key; says whether it went."""
    storage(row.storage).remove(row.key)
    remove_copies(row.key)
    nobody_writes = Q(lease_until__isnull=True) | Q(lease_until__lte=Now())
    gone, _ = Rendition.objects.filter(nobody_writes, pk=row.pk, state=_State.REMOVING).delete()
    return bool(gone)
