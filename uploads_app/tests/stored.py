"""What lies in the storages, whichever the suite runs on: to look at it, and to harm it on purpose."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from uploads_app.models import Rendition, UploadedFile
from uploads_app.storage.base import Facts
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.keys import RENDITIONS, ROOT
from uploads_app.storage.local import DurableLocalStorage
from uploads_app.storage.places import new_originals, new_renditions, storage
from uploads_app.storage.s3 import DurableS3Storage
from uploads_app.storage.temporary import new_temporary


@dataclass(frozen=True, slots=True)
class Stored:
    """One key of one storage, in the words of a path."""

    alias: str
    key: str

    def exists(self) -> bool:
        return storage(self.alias).exists(self.key)

    def read_bytes(self) -> bytes:
        return storage(self.alias).read(self.key)

    def write_bytes(self, data: bytes, content_type: str = "image/jpeg") -> None:
        """Over what is there, as no code of ours does."""
        self.unlink()
        source = new_temporary()
        source.write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        storage(self.alias).write_once(self.key, source, Facts(sha256, content_type))
        source.unlink()

    def unlink(self) -> None:
        storage(self.alias).remove(self.key)


def stored(row: UploadedFile | Rendition) -> Stored:
    """Where a row's bytes lie."""
    return Stored(row.storage, row.key)


def all_stored() -> set[str]:
    """Every key that holds bytes, in the storages that take new ones."""
    return stored_originals() | stored_renditions()


def stored_originals() -> set[str]:
    return {key for key, _ in storage(new_originals()).keys(ROOT)}


def stored_renditions() -> set[str]:
    return {key for key, _ in storage(new_renditions()).keys(RENDITIONS)}


@contextmanager
def failing(*operations: str, error: Exception | None = None) -> Iterator[None]:
    """Within it these operations of every storage raise `error`, or that the storage is away."""

    def fail(*_: Any, **__: Any) -> Any:
        raise error or StorageAway("away")

    with pytest.MonkeyPatch.context() as patch:
        for kind in (DurableLocalStorage, DurableS3Storage):
            for operation in operations:
                patch.setattr(kind, operation, fail)
        yield
