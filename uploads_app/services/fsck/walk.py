"""All keys that rows name or storages hold, in the order of their bytes: O(n), in constant memory.

The order is for speed alone. Were a storage to list in another, keys would come twice, once from each side,
and the second look at them would find nothing wrong.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from uploads_app.byte_order import in_bytes
from uploads_app.services import naming
from uploads_app.services.naming import Named
from uploads_app.storage.base import Listed
from uploads_app.storage.places import storage


@dataclass(frozen=True, slots=True)
class Pair:
    """A key of a storage, with what lies there and the rows that say so."""

    alias: str
    key: str
    listed: Listed | None
    named: tuple[Named, ...]


def walk(aliases: Iterable[str], *, prefix: str = "", after: str = "") -> Iterator[Pair]:
    """Every key of these storages, side by side, that begins with `prefix` and comes after `after`.

    Raises StorageAway.
    """
    wanted = list(aliases)
    for folder in sorted({folder for alias in wanted for folder in naming.folders(alias)}):
        mine = f"{folder}/".startswith(prefix) or prefix.startswith(f"{folder}/")
        if not mine or in_bytes(f"{folder}0") <= in_bytes(after):  # "0" follows "/"
            continue
        streams = [
            _of_one(alias, folder, prefix, after) for alias in wanted if folder in naming.folders(alias)
        ]
        yield from heapq.merge(*streams, key=lambda pair: in_bytes(pair.key))


def _of_one(alias: str, folder: str, prefix: str, after: str) -> Iterator[Pair]:
    within = prefix.rpartition("/")[0] if prefix.startswith(f"{folder}/") else folder
    listed = (one for one in storage(alias).listed(within, after) if one.key.startswith(prefix))
    named = naming.in_order(alias, folder, prefix=prefix, after=after)
    both: Iterator[Listed | Named] = heapq.merge(listed, named, key=lambda one: in_bytes(one.key))
    for key, found in groupby(both, key=lambda one: one.key):
        lies, rows = None, []
        for one in found:
            if isinstance(one, Listed):
                lies = one
            else:
                rows.append(one)
        yield Pair(alias, key, lies, tuple(rows))
