"""The worker's loop: a task, else what waits on the list of work, else a short sleep."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from uploads_app.services.rendering.work import render_next
from uploads_app.worker import heart, periodic, queue
from uploads_app.worker.rounds import Rounds
from uploads_app.worker.turn import Turn

logger = logging.getLogger(__name__)

LOOK_ROUND_EVERY = 2.0  # seconds between looks at what the queue does not tell
_AFTER_FAULT = 2.0  # seconds
_QUIET = 1.0  # seconds without messages after which some are thought to be missing


class Worker:
    """One process's worker. `stop` may be called from a signal handler: the work under way is finished.

    What comes round is seen to beside it; with `drain` before it. Another thread of the process that works as
    well shares its `turn`; `poll` is how long it sleeps when idle, in seconds.
    """

    def __init__(self, *, turn: Turn | None = None, poll: float | None = None) -> None:
        self.id = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._stopping = False
        self._looked_at = 0.0
        self._turn, self._poll = turn or Turn(), poll

    @property
    def stopping(self) -> bool:
        return self._stopping

    def stop(self) -> None:
        """Takes nothing new from now on."""
        self._stopping = True

    def run(self, *, drain: bool = False) -> None:
        """Works until `stop`; with `drain`, until nothing is left that may be done now.

        A database that goes away is waited for. Raises DatabaseError only if it is away at the start.
        """
        beating, rounds = heart.Heart(self.id), Rounds()
        beating.start()
        try:
            if drain:
                self._safely(periodic.run_due)
            else:
                rounds.start()
            self._work(drain)
        finally:
            if not drain:
                rounds.stop()
            beating.stop()

    def _work(self, drain: bool) -> None:
        while not self._stopping:
            busy = self._safely(self._step)
            if not busy and drain:
                return
            if not busy:
                self._sleep()

    def _sleep(self) -> None:
        """In short pieces: no signal wakes a thread that is not the main one."""
        poll = settings.VITRINE_WORKER_POLL
        until = time.monotonic() + (poll if self._poll is None else self._poll)
        while not self._stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(poll, left))

    def _safely(self, step: Callable[[], object]) -> bool:
        """Whether a step found something to do, or could not look."""
        try:
            with self._turn.taken():
                close_old_connections()
                done = bool(step())
                close_old_connections()  # none is kept while another thread has its turn
            return done
        except (OperationalError, InterfaceError) as error:
            logger.warning("the database does not answer: %s", error)
            connection.close()
        except Exception:
            # A worker that ends would leave everything undone for one fault in one thing.
            logger.exception("the worker met an unforeseen fault")
        time.sleep(_AFTER_FAULT)
        return True

    def _step(self) -> bool:
        """Does one thing; false when there was nothing to do."""
        looked = self._look_round()
        task = queue.claim(self.id)
        if task is not None:
            queue.run(task)
            self._looked_at = 0.0  # it may have left something for later
            return True
        # Not told by any message, or told by one that is gone: the database knows.
        if looked and not self._turn.told_within(_QUIET) and render_next():
            self._looked_at = 0.0  # there may be more
            return True
        return False

    def _look_round(self) -> bool:
        """Every other second: tasks of the dead, and leave to look at the list of work."""
        if time.monotonic() - self._looked_at < LOOK_ROUND_EVERY:
            return False
        self._looked_at = time.monotonic()
        queue.requeue_of_the_dead()
        return True
