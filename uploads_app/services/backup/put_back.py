"""Putting the bytes of a backup where the restored database says that they lie, each checked on its way."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from uploads_app.services import naming
from uploads_app.services.naming import BATCH, Expected, Named
from uploads_app.services.storage_check import in_use
from uploads_app.storage.base import Facts
from uploads_app.storage.errors import KeyTaken
from uploads_app.storage.facts import PRIVATE
from uploads_app.storage.folders import walk
from uploads_app.storage.keys import is_key, is_part
from uploads_app.storage.places import new_originals, new_renditions, storage


@dataclass(slots=True)
class PutBack:
    """How many files are in place now, those of them newer than the database, and keys of damaged ones."""

    placed: int = 0
    newer: int = 0
    damaged: list[str] = field(default_factory=list)


def put_back(folder: Path) -> PutBack:
    """Stores what lies at `folder`/<key> under the aliases that rows say, and marks these storages as ours.

    What rows say is deleted stays out. What no row names goes where new bytes go: it is newer than the
    database. May be repeated: keys are written once. Raises StorageAway, OSError.
    """
    done = PutBack()
    for alias in in_use():
        storage(alias).mark()
    keys = _keys(folder)
    while batch := list(islice(keys, BATCH)):
        names = naming.names_of(batch)
        for key in batch:
            _put(folder / key, key, names.get(key, ()), done)
    return done


def _keys(folder: Path) -> Iterator[str]:
    ours = {name for alias in in_use() for name in naming.folders(alias)}
    for name in sorted(ours):
        for lies in walk(folder, name):
            if lies.is_plain and not is_part(lies.key) and is_key(lies.key) and not lies.key.endswith("/"):
                yield lies.key


def _put(path: Path, key: str, rows: Sequence[Named], done: PutBack) -> None:
    sha256 = _sha256(path)
    if not rows:
        done.newer += 1
        _store(_alias_of_new(key), key, path, _facts_of_new(key, sha256), done)
    for row in rows:
        if row.expected == Expected.NOTHING:
            continue
        if row.expected == Expected.BYTES and row.facts.sha256 != sha256:
            done.damaged.append(key)
        else:
            facts = Facts(sha256, row.facts.content_type, row.facts.disposition, row.facts.cache_control)
            _store(row.alias, key, path, facts, done)


def _store(alias: str, key: str, path: Path, facts: Facts, done: PutBack) -> None:
    # One that is taken is of an earlier try, or was never lost: media_fsck tells whether it is right.
    with suppress(KeyTaken):
        storage(alias).write_once(key, path, facts)
    done.placed += 1


def _alias_of_new(key: str) -> str:
    alias = new_renditions()
    return alias if key.partition("/")[0] in naming.folders(alias) else new_originals()


def _facts_of_new(key: str, sha256: str) -> Facts:
    return Facts(sha256, mimetypes.guess_type(key)[0] or "application/octet-stream", "inline", PRIVATE)


def _sha256(path: Path) -> str:
    with path.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()
