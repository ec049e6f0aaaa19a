"""Who names which key of which storage: the one list that whatever compares rows with storages goes by.

Each table that names keys registers a `Namer` from its AppConfig. What is not registered is unnamed to the
reconciler, to media_fsck and to the backup: bytes that no row names.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from uploads_app.byte_order import ascending, in_bytes, not_before
from uploads_app.storage.base import Facts

BATCH = 500  # rows of one query


class Expected(StrEnum):
    """What a row says of the bytes at its key."""

    BYTES = "bytes"  # whoever reads the row counts on them
    PERHAPS = "perhaps"  # on their way in or out
    NOTHING = "nothing"  # gone: what lies there still is left over


@dataclass(frozen=True, slots=True)
class Named:
    """A key as one row names it. `size` is in bytes; None, and no SHA-256 in the facts: not known yet."""

    by: str
    pk: str
    alias: str
    key: str
    expected: Expected
    facts: Facts
    size: int | None


@dataclass(frozen=True, slots=True)
class Namer:
    """A table whose rows name keys: those under `folder`, in storages of these aliases.

    `remade` says that bytes which are lost, or which no row names, can be made or sent again; `public` that
    everybody may have them, which the check for leaks then does not complain of.
    """

    by: str  # for reports
    folder: str
    aliases: tuple[str, ...]
    remade: bool
    rows: Callable[[], QuerySet[Any]]
    name: Callable[[Any], Named]
    key: str = "key"  # the column
    alias: str = "storage"  # the column
    public: bool = False


_namers: dict[str, Namer] = {}


def register(namer: Namer) -> None:
    """Adds a table. Called once per process, from AppConfig.ready."""
    _namers[namer.by] = namer


def namer(by: str) -> Namer:
    """The table of that name."""
    return _namers[by]


def folders(alias: str) -> dict[str, bool]:
    """The folders in which rows name keys of a storage, and whether what lies there can be made again."""
    return {one.folder: one.remade for one in _namers.values() if alias in one.aliases}


def is_named(alias: str) -> bool:
    """Whether any row says that bytes lie in this storage."""
    mine = (one for one in _namers.values() if alias in one.aliases)
    return any(one.rows().filter(**{one.alias: alias}).exists() for one in mine)


def is_public(alias: str) -> bool:
    """Whether everybody may have what lies in this storage."""
    return any(one.public for one in _namers.values() if alias in one.aliases)


def unknown_aliases(known: Iterable[str]) -> list[str]:
    """The storages that rows name beside these."""
    wanted = list(known)
    found: set[str] = set()
    for one in _namers.values():
        others = one.rows().exclude(**{f"{one.alias}__in": wanted}).order_by()
        found.update(others.values_list(one.alias, flat=True).distinct())
    return sorted(found)


def names_of(keys: Sequence[str]) -> dict[str, list[Named]]:
    """Who names these keys, in whatever storage, by one query a table. Keys that nobody names are absent."""
    found: dict[str, list[Named]] = {}
    texts = [
        key for key in keys if not any("\ud800" <= sign <= "\udfff" for sign in key)
    ]  # others no row has
    for one in _namers.values():
        for row in one.rows().filter(**{f"{one.key}__in": texts}):
            named = one.name(row)
            found.setdefault(named.key, []).append(named)
    return found


def in_order(alias: str, folder: str, *, prefix: str = "", after: str = "") -> Iterator[Named]:
    """Everything that rows name in a folder of a storage, by keys in the order of their bytes.

    Only keys that begin with `prefix`, and only those after `after`. A query for every BATCH rows of a table.
    """
    mine = (one for one in _namers.values() if one.folder == folder and alias in one.aliases)
    start = f"{folder}/" if f"{folder}/".startswith(prefix) else prefix
    return heapq.merge(*(_walk(one, alias, start, after) for one in mine), key=lambda one: in_bytes(one.key))


def _walk(one: Namer, alias: str, start: str, after: str) -> Iterator[Named]:
    rows = one.rows().filter(**{one.alias: alias}).order_by(ascending(one.key))
    at, inclusive = (start, True) if in_bytes(after) < in_bytes(start) else (after, False)
    while batch := list(rows.filter(not_before(one.key, at, inclusive=inclusive))[:BATCH]):
        for row in batch:
            named = one.name(row)
            if not named.key.startswith(start):
                return
            yield named
        at, inclusive = named.key, False
        if len(batch) < BATCH:
            return


def count(aliases: Iterable[str]) -> int:
    """How many rows name a key that should hold bytes or may, in these storages."""
    wanted = list(aliases)
    return sum(one.rows().filter(**{f"{one.alias}__in": wanted}).count() for one in _namers.values())
