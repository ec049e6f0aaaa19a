"""What a crash, or a hand in the storage, did to renditions: put right, since they can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.publishing.changes import look_again
from uploads_app.services.rendering.changes import WAITING_AGAIN
from uploads_app.services.rendering.retire import give_up_expired, remove_retired
from uploads_app.services.walking import by_pk, onward
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage

_TOO_MANY = 100  # rows looked at together and all lost: the storage is at fault, not they


def mend_renditions(*, remake_all: bool = False) -> int:
    """Removes what nothing leads to, and has renditions without bytes made again; says how many rows it met.

    Raises StorageAway when the storage cannot be asked, or seems to have lost them all (part of it may not be
    mounted), unless `remake_all` says that this is so.
    """
    return give_up_expired() + remove_retired() + make_lost_again(remake_all=remake_all)


def make_lost_again(most: int | None = None, *, remake_all: bool = False) -> int:
    """The second half of that; with `most` for so many renditions, from where it ended before."""
    ready = Rendition.objects.filter(state=Rendition.State.READY)
    rows = by_pk(ready.values_list("pk", "file", "storage", "key"))
    lost: dict[UUID, list[int]] = {}
    for batch in onward("renditions.lost", rows, most):
        absent = _absent(batch)
        if len(absent) == len(batch) >= _TOO_MANY and not remake_all:
            raise StorageAway(f"{len(batch)} renditions in a row are lost; see reconcile --remake-all")
        for pk, file_id in absent:
            lost.setdefault(file_id, []).append(pk)
    return sum(forget_lost(file_id, lost[file_id]) for file_id in sorted(lost))


def _absent(rows: Sequence[tuple[int, UUID, str, str]]) -> list[tuple[int, UUID]]:
    return [(pk, file_id) for pk, file_id, alias, key in rows if not storage(alias).exists(key)]


def forget_lost(file_id: UUID, lost: Sequence[int]) -> int:
    """Drops rows whose bytes are gone, which lets the same recipes be claimed anew at once.

    Those of a file that somebody is changing right now stay for the next time.
    """
    with transaction.atomic():
        file = UploadedFile.objects.filter(pk=file_id)
        # The file before its renditions, as everybody locks them.
        if not file.select_for_update(skip_locked=True).values_list("pk"):
            return 0
        found, _ = Rendition.objects.filter(pk__in=lost, state=Rendition.State.READY).delete()
        look_again([file_id])
        file.filter(lifecycle=UploadedFile.Lifecycle.READY).update(**WAITING_AGAIN)
    return found
