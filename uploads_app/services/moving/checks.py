"""Whether the bytes at a key are what its row says."""

import hashlib
from typing import IO, Protocol, runtime_checkable

from uploads_app.storage.places import storage

_CHUNK = 256 * 1024  # bytes


@runtime_checkable
class TellsSha256(Protocol):
    """A storage that keeps the SHA-256 which it checked bytes by when it took them."""

    def stored_sha256(self, key: str) -> str | None:
        """That SHA-256 (hex); None when there are no bytes at `key`."""


def holds(alias: str, key: str, sha256: str, *, quick: bool = False) -> bool:
    """Whether there are bytes at `key` that hash to `sha256` (hex). Raises StorageAway.

    With `quick` a storage that keeps the hash is believed, and its bytes are not read.
    """
    place = storage(alias)
    if quick and isinstance(place, TellsSha256):
        return place.stored_sha256(key) == sha256
    try:
        with place.open_stored(key) as stored:
            return digest(stored) == sha256
    except FileNotFoundError:
        return False


def digest(opened: IO[bytes]) -> str:
    """The SHA-256 (hex) of what is still to be read."""
    found = hashlib.sha256()
    while chunk := opened.read(_CHUNK):
        found.update(chunk)
    return found.hexdigest()
