"""Objects under incoming/: of use to an upload under way alone, whoever put them there."""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Protocol

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.models import DirectUpload, TusPart
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.keys import INCOMING, whole_key
from uploads_app.storage.places import storage

logger = logging.getLogger(__name__)
_BATCH = 500


class Incoming(Protocol):
    """A row that names a key there."""

    pk: Any
    storage: Any
    key: Any


def incoming_of(owner: AbstractBaseUser) -> list[Incoming]:
    """What came from a person whose account ends: to be removed once the rows are gone with it."""
    parts = TusPart.objects.filter(upload__owner=owner.pk)
    return [*DirectUpload.objects.filter(owner=owner.pk).exclude(key=""), *parts]


def remove_quietly(*rows: Incoming) -> None:
    """Removes what lies at the keys of uploads that have ended, or leaves it to the reconciler."""
    for row in rows:
        try:
            storage(row.storage).remove(row.key)
        except StorageAway as error:
            logger.warning("removal of what came for %s put off: %s", row.pk, error)


def remove_strays(aliases: Iterable[str]) -> list[str]:
    """Removes every object that neither an upload under way nor a part names, and tells their keys.

    However young: an upload is there before anything can be sent for it. Raises StorageAway when a storage
    cannot be listed.
    """
    return [key for alias in aliases for key in _strays(alias) if _removed(alias, key)]


def _strays(alias: str) -> Iterator[str]:
    listed = (key for key, _ in storage(alias).keys(INCOMING))
    while batch := list(islice(listed, _BATCH)):
        keys = [whole_key(key) for key in batch]
        named = set(DirectUpload.objects.under_way().filter(key__in=keys).values_list("key", flat=True))
        named.update(TusPart.objects.filter(key__in=keys).values_list("key", flat=True))
        yield from (key for key in batch if whole_key(key) not in named)


def _removed(alias: str, key: str) -> bool:
    try:
        storage(alias).remove(whole_key(key))
    except StorageAway as error:
        logger.warning("removal of stray %s put off: %s", key, error)
        return False
    return True
