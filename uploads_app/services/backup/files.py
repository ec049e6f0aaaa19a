"""The stored bytes as a plain folder, wherever they lie: made beside live traffic, and made again on top."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from uploads_app.services import naming
from uploads_app.services.storage_check import in_use
from uploads_app.storage.base import Listed
from uploads_app.storage.keys import is_part
from uploads_app.storage.places import storage


@dataclass(slots=True)
class Copied:
    """How many files were copied, were there already, and went away before they were copied."""

    copied: int = 0
    there: int = 0
    gone: int = 0


def copy_out(folder: Path, like: Path | None = None) -> Copied:
    """Copies all stored bytes to `folder`/<key>; what is there already stays: bytes at a key never change.

    `like` is an earlier copy: what is there is linked, so that it takes no room again. Each file is whole or
    absent, and synced. Raises StorageAway, OSError; what was copied stays, for the next try.
    """
    done = Copied()
    for alias in in_use():
        for lies in _plain(alias):
            target = folder / lies.key
            if _is_like(target, lies):
                done.there += 1
            elif like is not None and _is_like(like / lies.key, lies):
                _link(like / lies.key, target)
                done.there += 1
            else:
                _copy(alias, lies.key, target, done)
    _sync_folders(folder)
    return done


def _plain(alias: str) -> Iterator[Listed]:
    for folder in naming.folders(alias):
        for lies in storage(alias).listed(folder):
            if lies.is_plain and not is_part(lies.key) and not lies.key.endswith("/"):
                yield lies


def _is_like(path: Path, lies: Listed) -> bool:
    return path.is_file() and path.stat().st_size == lies.size


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    os.link(source, target)


def _copy(alias: str, key: str, target: Path, done: Copied) -> None:
    target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with storage(alias).local_copy(key) as source:
            _copy_synced(source, part)
    except FileNotFoundError:
        done.gone += 1
        return
    part.replace(target)
    done.copied += 1


def _copy_synced(source: Path, part: Path) -> None:
    with source.open("rb") as read, part.open("xb") as out:
        part.chmod(0o640)
        shutil.copyfileobj(read, out, 1024 * 1024)
        out.flush()
        os.fsync(out.fileno())


def _sync_folders(folder: Path) -> None:
    for path, _, _ in os.walk(folder):
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
