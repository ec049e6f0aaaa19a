"""Objects under incoming/: of use to an upload under way alone, whoever put them there."""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.storage import InvalidStorageError

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
        removed(row)


def removed(row: Incoming) -> bool:
    """Whether nothing lies at a row's key any more. Raises nothing where its storage is away, or none of ours."""
    try:
        storage(row.storage).remove(row.key)
    except StorageAway as error:
        logger.warning("removal of %s put off: %s", row.key, error)
        return False
    except InvalidStorageError as error:
        # Its alias was taken out of the settings. The row is kept, and tried again: the bytes may well be there still,
        # and nothing else names them. To put the alias back, or to delete the row, is for who knows which it is.
        logger.error("what lies at %s cannot be removed: %s", row.key, error)
        return False
    return True


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
