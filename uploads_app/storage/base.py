"""What Vitrine asks of any storage, wherever the bytes lie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of bytes when they are stored; a storage that serves them itself repeats it.

    `sha256` is hex. An empty `disposition` or `cache_control` is not said at all.
    """

    sha256: str
    content_type: str
    disposition: str = ""
    cache_control: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An address that lets anybody read some bytes straight from the storage, for `seconds` at most."""

    url: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Listed:
    """What lies at a key: its time of last change (seconds since the epoch) and its size in bytes.

    `odd` says what is wrong with what lies there, other than its bytes: "link", "mode 0644", …
    """

    key: str
    changed: float
    size: int
    odd: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is a file with bytes of its own, rather than a link or a device."""
        return self.odd not in ("link", "no file")


class PictureStorage(Protocol):
    """A storage of pictures under keys that are written once.

    All of them raise StorageAway when the storage does not answer, refuses, or is not ours (Unmarked); that a
    key is absent is only said of a storage that bears our mark. None is called within a transaction.
    """

    def check(self, *, seen_is_enough: bool = False) -> None:
        """Raises Unmarked when nothing says that this storage is ours.

        With `seen_is_enough` one far away is not asked again by a process that has seen its mark.
        """

    def mark(self) -> None:
        """Marks it as ours for good."""

    def exists(self, key: str) -> bool:
        """Whether there are bytes at a key."""

    def size(self, key: str) -> int:
        """How many bytes there are at `key`. Raises FileNotFoundError."""

    def write_once(self, key: str, source: Path, facts: Facts) -> None:
        """Stores the bytes of `source` at `key`, whole or not at all; when this returns they are durable.

        Raises KeyTaken when other bytes lie there.
        """

    def remove(self, key: str) -> None:
        """Removes the bytes at `key`; absent is success."""

    def open_stored(self, key: str) -> IO[bytes]:
        """The bytes at `key`, to be read. Raises FileNotFoundError."""

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The bytes at `key` from `start` on, at most `length` of them. Raises FileNotFoundError."""

    def local_copy(self, key: str) -> AbstractContextManager[Path]:
        """A file on this machine with the bytes at `key`, for reading, gone with the context.

        Raises FileNotFoundError.
        """

    def keys(self, prefix: str, after: str | None = None) -> Iterator[tuple[str, float]]:
        """All keys under the folder `prefix`, each with its time of last change (seconds since the epoch).

        With `after`, which may be empty, only those that come after it, in the order of their bytes.
        """

    def listed(self, folder: str, after: str = "") -> Iterator[Listed]:
        """All that lies under a folder, after the key `after`, in the order of keys' bytes, in little memory.

        Temporary names included. An S3 that has another order is taken as it is: nobody may rely on it.
        """

    def look(self, key: str) -> Listed | None:
        """What lies at a key now; None when nothing does."""

    def strangers(self) -> Iterator[Listed]:
        """What lies beside our folders, at the top."""

    def set_aside(self, key: str, to: str) -> None:
        """Moves what lies at `key` to the key `to`, where nothing is lost by a crash; absent is success."""

    def link(self, key: str, at_most: int | None = None) -> Link | None:
        """Where whoever may read the bytes at `key` gets them without us; None where nobody does.

        No longer than for `at_most` seconds, where that is given. It is a secret.
        """
