"""Removing copies of what is gone, so that a delete leaves nothing at either place."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from uuid import UUID, uuid4

from django.conf import settings

from uploads_app.models import StoredCopy
from uploads_app.services.moving.holds import NOBODY_HOLDS, UNFINISHED, hold_for_removal, mine
from uploads_app.services.named import named
from uploads_app.services.walking import by_pk, onward
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage

logger = logging.getLogger(__name__)


def remove_copies(key: str) -> None:
    """Removes what lies at a key beside the place that its row names. For whoever removes the bytes there.

    The row of a copy under way stays until its lease is over: who writes it finds that it is in vain, or dies
    and leaves a row that names the bytes. Raises StorageAway.
    """
    for copy in StoredCopy.objects.filter(pk=key):
        remove_bytes(copy)
        StoredCopy.objects.filter(NOBODY_HOLDS, pk=key).delete()


def remove_bytes(copy: StoredCopy) -> None:
    """Removes a copy's bytes and leaves its row. Raises StorageAway, also for a storage that is no more."""
    if copy.storage not in settings.STORAGES:
        raise StorageAway(f"a copy lies in {copy.storage}, which STORAGES does not have any more")
    storage(copy.storage).remove(copy.key)


def drop_held(keys: Collection[str], token: UUID) -> None:
    """Removes bytes and rows of copies that the run `token` holds; what cannot go now stays named."""
    for copy in mine(keys, token):
        try:
            remove_bytes(copy)
        except StorageAway as error:
            logger.warning("removal of the copy %s put off: %s", copy, error)
        else:
            mine([copy.pk], token).delete()


def remove_copies_of_the_gone(most: int | None = None) -> list[str]:
    """Removes copies whose file or rendition is no more and whose writer died; gives their keys.

    For the reconciler. What cannot go now stays for the next time. With `most` it looks at so many, from where
    it ended before.
    """
    return _remove_gone(onward("copies.gone", by_pk(StoredCopy.objects.values_list("pk")), most))


def remove_unfinished_of_the_gone() -> list[str]:
    """The same of those whose writing or removal did not end, all of them, since they are few.

    What was deleted while it was copied does not wait for its turn.
    """
    rows = StoredCopy.objects.filter(storage__in=list(settings.STORAGES), state__in=UNFINISHED)
    return _remove_gone(onward("copies.unfinished", by_pk(rows.values_list("pk")), None))


def _remove_gone(batches: Iterable[list[tuple[str]]]) -> list[str]:
    gone: list[str] = []
    for batch in batches:
        keys = [key for (key,) in batch]
        if unnamed := set(keys) - named(keys):
            token = uuid4()
            free = StoredCopy.objects.filter(NOBODY_HOLDS, pk__in=unnamed)
            held = [copy.pk for copy in hold_for_removal(free, token)]
            drop_held(held, token)
            gone += set(held) - set(mine(held, token).values_list("pk", flat=True))
    return gone
