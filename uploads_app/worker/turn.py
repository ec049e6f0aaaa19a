"""Threads of one worker process that do one thing at a time, in turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext


class Turn:
    """Of two threads that want it again and again, each has it every other time.

    A lock alone would not do: who lets it go may have it again before who waits has woken. `within` is entered
    by each for as long as it has the turn, and by none that waits.
    """

    def __init__(self, within: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._within = within
        self._door, self._turn = threading.Lock(), threading.Lock()
        self._told_at = float("-inf")

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Waits until it is this thread's turn."""
        with self._door:
            self._turn.acquire()
        try:
            with self._within():
                yield
        finally:
            self._turn.release()

    @contextmanager
    def taken_for_a_message(self) -> Iterator[None]:
        """The same for work that a message told of."""
        with self.taken():
            try:
                yield
            finally:
                self._told_at = time.monotonic()

    def told_within(self, seconds: float) -> bool:
        """Whether work that a message told of ended so lately: there may be more of it."""
        return time.monotonic() - self._told_at < seconds
