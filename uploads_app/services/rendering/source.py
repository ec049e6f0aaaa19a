"""The stored picture that renditions are made of, on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from uploads_app.errors import Unavailable
from uploads_app.models import UploadedFile
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage


class OriginalMissing(Unavailable):
    """The stored picture is not where its row says: lost, or its folder is not mounted."""


class Source:
    """Fetched from the storage when it is first needed, and once for all that is made of it meanwhile."""

    def __init__(self, file: UploadedFile, stack: ExitStack) -> None:
        self._file, self._stack = file, stack
        self._path: Path | None = None

    def path(self) -> Path:
        """Where it lies. Raises OriginalMissing, Unavailable when the storage is away."""
        if self._path is None:
            copy = storage(self._file.storage).local_copy(self._file.key)
            try:
                self._path = self._stack.enter_context(copy)
            except FileNotFoundError as error:
                raise OriginalMissing() from error
            except StorageAway as error:
                raise Unavailable() from error
        return self._path


@contextmanager
def source_of(file: UploadedFile) -> Iterator[Source]:
    """A file's picture, gone from this machine with the context; asks no storage by itself."""
    with ExitStack() as stack:
        yield Source(file, stack)
