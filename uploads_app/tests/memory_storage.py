"""A storage that has no paths, and nothing of a server's: what its callers may rely on, and no more."""

from __future__ import annotations

import hashlib
import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from uploads_app.storage.base import Facts, Link, Listed
from uploads_app.storage.errors import KeyTaken, StorageAway, Unmarked
from uploads_app.storage.keys import MARK, sound
from uploads_app.storage.outside import outside_transactions
from uploads_app.storage.temporary import new_temporary


class MemoryStorage:
    """Bytes in a dictionary, as a PictureStorage."""

    def __init__(self) -> None:
        self._stored: dict[str, tuple[bytes, float]] = {}
        self._lock = threading.Lock()

    def check(self, *, seen_is_enough: bool = False) -> None:
        """Raises Unmarked until it is marked."""
        outside_transactions()
        if MARK not in self._stored:
            raise Unmarked("nobody marked this memory")

    def mark(self) -> None:
        """Marks it as ours."""
        self._stored[MARK] = (b"", time.time())

    def exists(self, key: str) -> bool:
        """Whether there are bytes at a key. Raises Unmarked."""
        outside_transactions()
        if key not in self._stored:
            self.check()
        return key in self._stored

    def size(self, name: str) -> int:
        """Raises FileNotFoundError, Unmarked."""
        return len(self.read(name))

    def write_once(self, key: str, source: Path, facts: Facts) -> None:
        """Raises KeyTaken, Unmarked, StorageAway for bytes that are not those of the facts."""
        self.check()
        data = source.read_bytes()
        if hashlib.sha256(data).hexdigest() != facts.sha256:
            raise StorageAway("other bytes came than were said")
        with self._lock:
            if sound(key) in self._stored:
                raise KeyTaken(key)
            self._stored[key] = (data, time.time())

    def remove(self, key: str) -> None:
        """Raises Unmarked."""
        self.check()
        self._stored.pop(key, None)

    def open_stored(self, key: str) -> IO[bytes]:
        """Raises FileNotFoundError, Unmarked."""
        return io.BytesIO(self.read(key))

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """Raises FileNotFoundError, Unmarked."""
        if not self.exists(key):
            raise FileNotFoundError(key)
        return self._stored[key][0][start : None if length is None else start + length]

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        """Raises FileNotFoundError, Unmarked."""
        data, path = self.read(key), new_temporary()
        try:
            path.write_bytes(data)
            yield path
        finally:
            path.unlink()

    def keys(self, prefix: str, after: str | None = None) -> Iterator[tuple[str, float]]:
        """Raises Unmarked."""
        self.check()
        for key, (_, changed) in sorted(self._stored.items()):
            if key.startswith(f"{prefix}/") and key > (after or ""):
                yield key, changed

    def listed(self, folder: str, after: str = "") -> Iterator[Listed]:
        """Raises Unmarked."""
        self.check()
        for key in sorted(self._stored):
            if key.startswith(f"{folder}/") and key > after and (found := self.look(key)):
                yield found

    def look(self, key: str) -> Listed | None:
        """Raises Unmarked."""
        if not self.exists(key):
            return None
        data, changed = self._stored[key]
        return Listed(key, changed, len(data))

    def strangers(self) -> Iterator[Listed]:
        """None: nothing but keys of ours comes here."""
        yield from ()

    def set_aside(self, key: str, to: str) -> None:
        """Raises Unmarked."""
        self.check()
        if key in self._stored:
            self._stored[to] = self._stored.pop(key)

    def link(self, key: str, at_most: int | None = None) -> Link | None:
        """None: nobody reaches it but through us."""
        return None
