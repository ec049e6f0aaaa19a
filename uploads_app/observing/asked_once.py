"""Questions about the site that many may ask: one answer for all within its time, and none waited for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, NoReturn, TypeVar

from django.db import connection

Answer = TypeVar("Answer")


class TooSlow(Exception):
    """There was no answer in time; whoever gives it is still at it, and nobody else is sent."""


class AskedOnce(Generic[Answer]):
    """What `find` gives, or raises, found out by one thread however many ask.

    An answer is good for `good_for()` seconds; none is waited for longer than `patience()`.
    """

    def __init__(
        self, find: Callable[[], Answer], *, good_for: Callable[[], float], patience: Callable[[], float]
    ) -> None:
        self._find, self._good_for, self._patience = find, good_for, patience
        self._lock = threading.Lock()
        self._under_way: threading.Event | None = None
        self._answer: Callable[[], Answer] | None = None
        self._answered_at = 0.0

    def ask(self) -> Answer:
        """Raises what `find` raised, and TooSlow."""
        with self._lock:
            if self._answer is not None and time.monotonic() < self._answered_at + self._good_for():
                return self._answer()
            ended = self._under_way or self._begin()
        if not ended.wait(self._patience()) or self._answer is None:
            raise TooSlow
        return self._answer()

    def _begin(self) -> threading.Event:
        ended = threading.Event()
        # A daemon: a storage that does not answer holds up no process that ends.
        threading.Thread(target=self._run, args=(ended,), name="asked-once", daemon=True).start()
        self._under_way = ended  # only now: where no thread can be had, the next who asks tries again
        return ended

    def _run(self, ended: threading.Event) -> None:
        try:
            found = self._find()
            answer: Callable[[], Answer] = lambda: found  # noqa: E731  (its twin raises)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is for whoever asked)
            answer = _raising(error)
        finally:
            connection.close()  # this thread's own, which ends with it
        with self._lock:
            self._answer, self._answered_at, self._under_way = answer, time.monotonic(), None
        ended.set()


def _raising(error: Exception) -> Callable[[], NoReturn]:
    def answer() -> NoReturn:
        raise error

    return answer
