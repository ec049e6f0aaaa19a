"""Bytes that are left over in a storage: what a row says is gone goes, and what can be made again.

An original that no row names at all stays. Rows are never dropped, so a healthy house has none; a house whose
database was restored has those that were uploaded after the backup, and nothing but they is left of them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from uploads_app.services.named import named_at
from uploads_app.services.naming import Expected, Named, folders, names_of
from uploads_app.services.storage_check import in_use
from uploads_app.services.walking import onward
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.keys import QUARANTINE, is_part, quarantined_on, whole_key
from uploads_app.storage.places import storage

logger = logging.getLogger(__name__)

# That nobody names, and more than half of what is looked at: this database is of another storage.
_TOO_MANY = 100

Names = dict[str, list[Named]]


def remove_strays(young: float, most: int | None = None) -> tuple[list[str], int]:
    """Removes what is left over and older than `young` seconds; names it, and counts what was kept.

    With `most` it looks at so many keys of each folder, from where it ended before (services.walking).
    What a living row names there is left alone, and so is what it says lies elsewhere and does not. A part of a
    living key is its writer's.
    """
    removed, kept = [], 0
    for alias in in_use():
        for folder, remade in folders(alias).items():
            for batch in _aged(alias, folder, time.time() - young, most):
                left_over, unnamed = _sorted_out(alias, batch)
                if len(unnamed) >= _TOO_MANY and len(unnamed) > len(batch) / 2:
                    logger.error("nothing is removed from %s/%s: hardly a row names it", alias, folder)
                    kept += len(unnamed)
                    break
                removed += [key for key in left_over + (unnamed if remade else []) if _remove(alias, key)]
                kept += 0 if remade else len(unnamed)
    if kept:
        logger.warning("%d stored files are named by no row, and kept: see media_fsck", kept)
    return removed, kept


def empty_quarantine() -> int:
    """Removes what was set aside long enough ago; says how much."""
    oldest = timezone.now().date() - timedelta(days=settings.VITRINE_QUARANTINE_KEPT)
    removed = 0
    for alias in in_use():
        for key, _ in storage(alias).keys(QUARANTINE):
            day = quarantined_on(key)
            if day is not None and day < oldest:
                removed += _remove(alias, key)
    return removed


def _aged(alias: str, folder: str, oldest: float, most: int | None) -> Iterator[list[str]]:
    def way(after: str) -> Iterator[tuple[str, tuple[str, float]]]:
        for key, changed in storage(alias).keys(folder, None if most is None else after):
            if _is_text(
                key
            ):  # else it is looked at with the next that is, of which the database can take the name
                after = key
            yield after, (key, changed)

    for batch in onward(f"strays.{alias}.{folder}", way, most):
        if aged := [key for key, changed in batch if changed <= oldest]:
            yield aged


def _sorted_out(alias: str, keys: Sequence[str]) -> tuple[list[str], list[str]]:
    """Of these keys those that rows say are not here, with temporary ones of nobody, and those that nobody names."""
    names = names_of([whole_key(key) for key in keys])
    dead = [key for key in keys if not any(row.alias == alias for row in _living(names, key))]
    # A switch moves a name from one table to another, and may have come between two queries.
    moved = named_at(alias, [whole_key(key) for key in dead if _living(names, key)])
    dead = [key for key in dead if whole_key(key) not in moved]
    unnamed = {key for key in dead if whole_key(key) not in names and not is_part(key)}
    unnamed |= {key for key in dead if _is_the_last(names, key)}
    return [key for key in dead if key not in unnamed], [key for key in dead if key in unnamed]


def _is_the_last(names: Names, key: str) -> bool:
    """Whether a row says that the bytes lie elsewhere, and they do not: a switch that a restored database forgot."""
    rows = [row for row in _living(names, key) if row.expected == Expected.BYTES]
    return bool(rows) and not any(storage(row.alias).exists(row.key) for row in rows)


def _is_text(key: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in key)


def _living(names: Names, key: str) -> list[Named]:
    return [row for row in names.get(whole_key(key), ()) if row.expected != Expected.NOTHING]


def _remove(alias: str, key: str) -> bool:
    try:
        storage(alias).remove(key)
    except StorageAway as error:
        logger.warning("removal of stray %s put off: %s", key, error)
        return False
    return True
