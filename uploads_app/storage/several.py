"""Several pictures stored at once: far away, each would wait for the way there and back of all before it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from uploads_app.storage.base import Facts
from uploads_app.storage.outside import outside_transactions
from uploads_app.storage.places import storage

_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Write:
    """What `write_once` of the storage `alias` is given."""

    alias: str
    key: str
    source: Path
    facts: Facts


def write_all(writes: Sequence[Write]) -> None:
    """Stores them all. Raises what `write_once` raises for the first that failed; some others may be stored.

    No write is under way any more when this ends, however it ends: what is removed then stays removed.
    """
    outside_transactions()  # threads know nothing of the caller's transaction
    if len(writes) == 1:
        _write(writes[0])
        return
    with ThreadPoolExecutor(_AT_ONCE, "store") as pool:
        begun = [pool.submit(_write, one) for one in writes]
        wait(begun, return_when=FIRST_EXCEPTION)
        for one in begun:
            one.cancel()  # those that no thread has taken up
    for one in begun:
        if not one.cancelled():
            one.result()


def _write(one: Write) -> None:
    storage(one.alias).write_once(one.key, one.source, one.facts)
