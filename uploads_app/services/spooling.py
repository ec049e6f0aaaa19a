"""Bodies on their way in: a private file each, hashed and counted while it is written."""

import hashlib
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from uploads_app.errors import FileTooLarge, Unavailable
from uploads_app.storage.temporary import new_temporary


@dataclass(frozen=True, slots=True)
class Spooled:
    """A body that has arrived whole: where it lies, its size in bytes, its SHA-256 (hex), its given name."""

    path: Path
    size: int
    sha256: str
    name: str


class SpoolWriter:
    """Writes one body to a private temporary file (mode 0600), and stops at the limit."""

    def __init__(self, name: str, limit: int | None = None) -> None:
        self._limit = settings.VITRINE_MAX_FILE_SIZE if limit is None else limit
        self._hash = hashlib.sha256()
        self._size = 0
        self._name = name
        self.path = new_temporary()
        self._out = self.path.open("wb", buffering=0)
        # A body that is cut off is never finished nor discarded by anybody.
        self._removal = weakref.finalize(self, self.path.unlink, missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Raises FileTooLarge past the limit, Unavailable when the disk does not take it."""
        self._size += len(chunk)
        if self._size > self._limit:
            raise FileTooLarge(f"The file is larger than {self._limit} bytes.")
        self._hash.update(chunk)
        try:
            view = memoryview(chunk)
            while view:
                view = view[self._out.write(view) :]
        except OSError as error:
            raise Unavailable() from error

    def finish(self) -> Spooled:
        """Ends the writing. The file stays until `discard`."""
        self._out.close()
        return Spooled(self.path, self._size, self._hash.hexdigest(), self._name)

    def discard(self) -> None:
        """Closes and removes the file; may be called again."""
        self._out.close()
        self._removal()


@contextmanager
def spool_bytes(data: bytes, name: str) -> Iterator[Spooled]:
    """A body that is in memory already, as a spooled one."""
    writer = SpoolWriter(name)
    try:
        writer.write(data)
        yield writer.finish()
    finally:
        writer.discard()
