"""What the embedded engine's worker does is done beside Celery's, in the same process and in turn with it."""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import Any

from celery import bootsteps
from celery.signals import worker_shutting_down

from uploads_app.services import decoding
from uploads_app.worker.fleet.limit import limited
from uploads_app.worker.loop import LOOK_ROUND_EVERY, Worker
from uploads_app.worker.turn import Turn

logger = logging.getLogger(__name__)

# No message waits in this process for longer than what has the turn may take.
turn = Turn(limited)


class Beside(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery's classes have no types
    """Signs of life, what comes round, tasks that are rows, and work that no message told of.

    So work goes on while Redis is away, and nothing is lost with what Redis held.
    """

    requires = {"celery.worker.components:Pool"}  # noqa: RUF012  (as Celery's steps declare it)

    def __init__(self, _parent: Any, **_options: Any) -> None:
        self._worker = Worker(turn=turn, poll=LOOK_ROUND_EVERY)
        self._thread = threading.Thread(target=self._run, name="beside", daemon=True)

    def start(self, _parent: Any) -> None:
        decoding.for_a_worker()
        decoding.warm_up()
        worker_shutting_down.connect(self._told, weak=False)
        self._thread.start()

    def stop(self, _parent: Any) -> None:
        """After Celery's consumer: waits for what is under way."""
        self._worker.stop()
        self._thread.join()

    def _told(self, sig: str = "", **_: Any) -> None:
        """By a signal. The second ends the process at once; a task under way is given to another later."""
        if self._worker.stopping:
            os._exit(128 + getattr(signal, sig, 0))
        self._worker.stop()

    def _run(self) -> None:
        try:
            self._worker.run()
        except Exception:
            # At the start alone, as without a database. Who watches over this process starts it anew.
            logger.critical("the worker cannot work", exc_info=True)
            os._exit(1)
