"""A folder on a disk in the order of its keys' bytes: however many files are in it, in little memory."""

from __future__ import annotations

import heapq
import os
import stat
import struct
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from django.conf import settings

from uploads_app.byte_order import in_bytes
from uploads_app.storage.base import Listed

_IN_MEMORY = 20_000  # names that are sorted at once; more go through files of the spool, as in a merge sort
_LENGTH = struct.Struct("<H")


def walk(root: Path, folder: str, after: str = "") -> Iterator[Listed]:
    """All files under `root`/`folder` whose keys come after `after`; links are given, never followed.

    Folders are given where their mode is odd, with a slash at their ends. Raises OSError.
    """
    for name in _sorted_names(root / folder):
        key = f"{folder}/{name}"
        if key.endswith("/"):
            yield from _subfolder(root, key, after)
        elif in_bytes(key) > in_bytes(after) and (found := listed(root, key)):
            yield found


def listed(root: Path, key: str) -> Listed | None:
    """What lies at a key, itself and not where it leads to. Raises OSError but for what is absent."""
    try:
        seen = (root / key).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Listed(key, seen.st_mtime, seen.st_size, _odd(seen))


def _subfolder(root: Path, key: str, after: str) -> Iterator[Listed]:
    if in_bytes(key) > in_bytes(after) and (found := listed(root, key.rstrip("/"))) and found.odd:
        yield Listed(key, found.changed, 0, found.odd)
    # Unless all in it comes before.
    if after.startswith(key) or in_bytes(key) > in_bytes(after):
        yield from walk(root, key.rstrip("/"), after)


def _odd(seen: os.stat_result) -> str:
    mode = seen.st_mode
    if stat.S_ISLNK(mode):
        return "link"
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        return "no file"
    if stat.S_ISREG(mode) and seen.st_nlink > 1:
        return "hard link"
    wrong = mode & stat.S_IRWXO or (stat.S_ISREG(mode) and mode & 0o111)
    return f"mode {stat.S_IMODE(mode):04o}" if wrong else ""


def _sorted_names(folder: Path) -> Iterator[str]:
    """The names in a folder, those of folders with a slash, so that they stand where their files' keys do."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        names = (os.fsencode(e.name) + b"/" * e.is_dir(follow_symlinks=False) for e in entries)
        runs: list[IO[bytes]] = []
        try:
            while run := sorted(islice(names, _IN_MEMORY)):
                if len(run) < _IN_MEMORY and not runs:
                    yield from map(os.fsdecode, run)
                    return
                runs.append(_written(run))
            yield from map(os.fsdecode, heapq.merge(*map(_read, runs)))
        finally:
            for run_file in runs:
                run_file.close()


def _written(run: list[bytes]) -> IO[bytes]:
    settings.VITRINE_SPOOL_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = tempfile.TemporaryFile(dir=settings.VITRINE_SPOOL_DIR)  # noqa: SIM115  (the caller closes it)
    for name in run:
        target.write(_LENGTH.pack(len(name)) + name)
    target.seek(0)
    return target


def _read(run: IO[bytes]) -> Iterator[bytes]:
    while head := run.read(_LENGTH.size):
        yield run.read(_LENGTH.unpack(head)[0])
