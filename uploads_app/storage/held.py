"""A temporary file beside a key, held by one writer until it has its final name or is gone."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path


@contextmanager
def held(part: Path) -> Iterator[FileIO]:
    """A temporary file, empty and this writer's alone, gone with the context.

    Its lock ends with whoever holds it, so that one which a crash left is taken over, and one that is being
    written is not. Raises FileExistsError for that, and where a writer has just ended.
    """
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
    with os.fdopen(handle, "r+b", buffering=0) as out:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FileExistsError(part) from error
        # It may have its final name, by whoever ended since: to empty it would empty that.
        if not _is_only_at(part, out):
            raise FileExistsError(part)
        try:
            out.truncate(0)
            yield out
        finally:
            _remove_quietly(part, out)


def link(out: FileIO, part: Path, final: Path) -> None:
    """Raises FileNotFoundError when the name is not this writer's any more: somebody took the key over."""
    if not _is_at(part, out):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), part)
    os.link(part, final)


def _is_at(path: Path, out: FileIO) -> bool:
    return os.path.samestat(os.fstat(out.fileno()), path.lstat())


def _is_only_at(path: Path, out: FileIO) -> bool:
    try:
        return _is_at(path, out) and os.fstat(out.fileno()).st_nlink == 1
    except FileNotFoundError:
        return False


def _remove_quietly(part: Path, out: FileIO) -> None:
    """What stays is named by its row, so the reconciler finds it; what is another writer's is theirs."""
    try:
        if _is_at(part, out):
            part.unlink()
    except OSError:
        return
