"""One flight for each rendition in this process: its first thread sees to it, the others wait for the end.

Who waits holds one of the server's threads, so few may wait for long: VITRINE_RENDER_WAITERS, half of them
for other processes, half for threads of this one. A flight that ends soon serves everybody; from its first
second on, surplus waiters are asked to come back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings

from uploads_app.errors import Unavailable
from uploads_app.models import Rendition

Key = tuple[UUID, str]  # file and digest

_SURPLUS_PATIENCE = 1.0  # seconds

_lock = threading.Lock()
_flights: dict[Key, _Flight] = {}


class Places:
    """To wait at, in this process: never more than half of VITRINE_RENDER_WAITERS, and one at least."""

    def __init__(self) -> None:
        self.taken = 0

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Takes a place; false when there is none."""
        with _lock:
            found = self.taken < max(1, settings.VITRINE_RENDER_WAITERS // 2)
            self.taken += found
        try:
            yield found
        finally:
            with _lock:
                self.taken -= found


# Apart, so that those who wait for a flight never keep it from waiting for another process.
followers, pollers = Places(), Places()


class _Flight:
    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.end: Future[Rendition] = Future()


def fly(key: Key, work: Callable[[], Rendition]) -> Rendition:
    """What `work` gives, done by one thread of all that ask for `key` meanwhile.

    Raises what it raises, and Unavailable for who may not wait, or not that long.
    """
    with _lock:
        known = _flights.get(key)
        flight = known or _flights.setdefault(key, _Flight())
    if known is not None:
        return _follow(known)
    try:
        flight.end.set_result(work())
    except BaseException as error:  # noqa: BLE001  (told to all who wait, and raised below)
        flight.end.set_exception(error)
    finally:
        with _lock:
            del _flights[key]
    return flight.end.result()


def still_being_made() -> Unavailable:
    return Unavailable("This size is still being made.", retry_after=2)


def _follow(flight: _Flight) -> Rendition:
    with followers.one() as found:
        limit = settings.VITRINE_RENDER_WAIT if found else _SURPLUS_PATIENCE
        try:
            return flight.end.result(timeout=max(0.0, flight.begun + limit - time.monotonic()))
        except TimeoutError:
            raise still_being_made() from None
