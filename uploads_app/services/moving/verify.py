"""`storage verify`: compares the bytes of copies with what rows say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

from uploads_app.models import StoredCopy
from uploads_app.services.moving.checks import holds
from uploads_app.services.moving.crew import crew
from uploads_app.services.moving.holds import RENEW_EVERY, THERE, hold_for_removal
from uploads_app.services.moving.kinds import BATCH, living_among, require_both_places, targets
from uploads_app.services.moving.removal import drop_held
from uploads_app.storage.errors import StorageAway

Progress = Callable[[int], object]


@dataclass(slots=True)
class Verified:
    """How many copies were looked at, and the keys of those that were wrong or could not be read now."""

    looked_at: int = 0
    wrong: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def verify(to: str, *, quick: bool = False, jobs: int = 4, progress: Progress = lambda _: None) -> Verified:
    """Reads every copy at the place `to`, also those that a switch left behind there.

    A wrong one is removed, so that it is not switched to and `copy` makes it anew. `quick` believes a storage
    that keeps the hash it checked bytes by, and reads nothing there. Raises Conflict, StorageAway.
    """
    require_both_places(to)
    found = Verified()
    with crew(jobs) as threads:
        for batch in _batches(to):
            looked = threads.each(lambda copy: _is_right(copy, quick), batch, lambda: None, RENEW_EVERY)
            found.unread += [copy.pk for copy, right in looked if right is None]
            found.wrong += _reject(to, [copy.pk for copy, right in looked if right is False])
            found.looked_at += len(batch)
            if len(batch) >= BATCH // 2 and all(right is None for _, right in looked):
                raise StorageAway(f"{len(batch)} copies in a row could not be read")
            progress(len(batch))
    return found


def _batches(to: str) -> Iterator[list[StoredCopy]]:
    rows = StoredCopy.objects.filter(storage__in=targets(to), state__in=THERE).order_by("pk")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH])


def _is_right(copy: StoredCopy, quick: bool) -> bool | None:
    """None where the storage did not answer."""
    try:
        return holds(copy.storage, copy.key, copy.sha256, quick=quick)
    except (StorageAway, OSError):
        return None


def _reject(to: str, keys: list[str]) -> list[str]:
    """Removes wrong copies, but one that was switched to meanwhile; gives those of what is still there."""
    if not keys:
        return []
    token = uuid4()
    wrong = StoredCopy.objects.filter(pk__in=keys, storage__in=targets(to), state__in=THERE)
    drop_held([copy.pk for copy in hold_for_removal(wrong, token)], token)
    return living_among(keys)
