"""`storage copy`: lays the bytes of one place down at the other as well, while all goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from uploads_app.errors import Unavailable
from uploads_app.models import StoredCopy
from uploads_app.services.moving.checks import digest, holds
from uploads_app.services.moving.crew import Crew, crew
from uploads_app.services.moving.holds import (
    NOBODY_HOLDS,
    RENEW_EVERY,
    UNFINISHED,
    State,
    hold_for_removal,
    hold_pending,
    mine,
    renew,
    uncopied,
)
from uploads_app.services.moving.kinds import BATCH, KINDS, Item, Kind, require_both_places
from uploads_app.services.moving.removal import drop_held
from uploads_app.storage.errors import KeyTaken, StorageAway
from uploads_app.storage.places import storage

Progress = Callable[[int], object]
_PAUSE = 0.2  # seconds between looks at what another run is at


class Outcome(StrEnum):
    """What became of one item; all but the first are told to a person, in these words."""

    COPIED = "copied"
    DAMAGED = "are not what their row says"
    MISSING = "are missing"
    AWAY = "could not be read or written now"


@dataclass(slots=True)
class Copied:
    """What a run did. `failed` are keys and why; all else at the source has a copy now."""

    objects: int = 0
    bytes: int = 0
    failed: dict[str, Outcome] = field(default_factory=dict)


def copy(to: str, *, jobs: int = 4, progress: Progress = lambda _: None) -> Copied:
    """Copies to the place `to` (local or s3) all that lies at the other and has no copy yet.

    May be killed at any moment and run again, also beside itself: it goes on from rows. Bytes that do not
    match their row are not copied but told of. `progress` is called with the number of objects seen to.
    Raises Conflict where there is one place only, StorageAway when one of them is not there.
    """
    require_both_places(to)
    with crew(jobs) as threads:
        run = _Run(to, threads, progress)
        for kind in KINDS:
            for batch in kind.batches(to):
                run.copy(kind, batch)
            run.finish_for_others(kind)
        return run.done


class _Run:
    """One run, known in rows by its token."""

    def __init__(self, to: str, threads: Crew, progress: Progress) -> None:
        self._to, self._threads, self._progress = to, threads, progress
        self._token: UUID = uuid4()
        self.done = Copied()

    def copy(self, kind: Kind, items: Sequence[Item]) -> None:
        """Copies those of the items that have no copy and that no other run is at."""
        if not (items := uncopied(kind.target(self._to), items)):
            return
        if not (held := hold_pending(kind, self._to, items, self._token)):
            return
        keys = [item.key for item in held]
        source, target = kind.source(self._to), kind.target(self._to)
        outcomes = self._threads.each(
            lambda item: carry(item, source, target), held, lambda: renew(keys, self._token), RENEW_EVERY
        )
        self._settle(kind, outcomes)
        if len(held) >= BATCH // 2 and all(outcome == Outcome.AWAY for _, outcome in outcomes):
            raise StorageAway(f"{len(held)} objects in a row could not be copied")
        self._progress(len(held))

    def finish_for_others(self, kind: Kind) -> None:
        """Sees to what other runs hold: waits for those that live, and takes up what the dead left."""
        while (others := self._unfinished_of_others(kind)).exists():
            keys = list(others.filter(NOBODY_HOLDS).values_list("pk", flat=True)[:BATCH])
            if not keys:
                time.sleep(_PAUSE)
                continue
            items = kind.items(self._to, keys)
            self.copy(kind, items)
            gone = others.filter(NOBODY_HOLDS, pk__in=set(keys) - {item.key for item in items})
            drop_held([copy.pk for copy in hold_for_removal(gone, self._token)], self._token)

    def _unfinished_of_others(self, kind: Kind) -> QuerySet[StoredCopy]:
        """What failed here is not taken up again, also where another run tried it since."""
        rows = StoredCopy.objects.filter(storage=kind.target(self._to), state__in=UNFINISHED)
        return rows.exclude(claim=self._token).exclude(pk__in=list(self.done.failed))

    def _settle(self, kind: Kind, outcomes: Sequence[tuple[Item, Outcome]]) -> None:
        """Whole, while what they are copies of is still there; what was deleted meanwhile leaves nothing."""
        whole = {item.key for item, outcome in outcomes if outcome == Outcome.COPIED}
        keys = [item.key for item, _ in outcomes]
        with transaction.atomic():
            living = kind.lock(self._to, keys)
            mine(living & whole, self._token).update(state=State.WHOLE, lease_until=None)
            mine(living - whole, self._token).update(lease_until=Now())
        drop_held(set(keys) - living, self._token)
        for item, outcome in outcomes:
            if item.key in living:
                self._tell(item, outcome)

    def _tell(self, item: Item, outcome: Outcome) -> None:
        if outcome == Outcome.COPIED:
            self.done.objects += 1
            self.done.bytes += item.size
        else:
            self.done.failed[item.key] = outcome


def carry(item: Item, source: str, target: str) -> Outcome:
    """Writes at `target` what lies at `source`, if its row is right. Raises nothing, asks no database."""
    try:
        with storage(source).local_copy(item.key) as path:
            with path.open("rb") as opened:
                if digest(opened) != item.sha256:
                    return Outcome.DAMAGED
            _write(item, path, target)
    except FileNotFoundError:
        return Outcome.MISSING
    except (StorageAway, Unavailable, KeyTaken, OSError):
        return Outcome.AWAY
    return Outcome.COPIED


def _write(item: Item, path: Path, target: str) -> None:
    """A run that died may have written it already. A key belongs to one row: other bytes are damaged ones."""
    try:
        storage(target).write_once(item.key, path, item.facts)
    except KeyTaken:
        if not holds(target, item.key, item.sha256):
            storage(target).remove(item.key)
            storage(target).write_once(item.key, path, item.facts)
