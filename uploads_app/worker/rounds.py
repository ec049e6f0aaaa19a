"""What comes round, in a thread beside the work: comparing storage and rows takes long; no render waits."""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, close_old_connections, connection

from uploads_app.worker import periodic

logger = logging.getLogger(__name__)

_LOOK_EVERY = 2.0  # seconds
_PATIENCE = 1.0  # seconds that a stop waits for what is under way


class Rounds:
    """Sees to what comes round, one after another, from `start` to `stop`, with a connection of its own."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)
        self._under_way = ""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Begins nothing new. What takes long ends with the process, as in a crash, which it is made for.

        It is due again at once, for whoever works on.
        """
        self._ended.set()
        self._thread.join(_PATIENCE)
        if not self._thread.is_alive():
            return
        logger.warning("%s was broken off", self._under_way)
        try:
            periodic.make_due(self._under_way)
        except DatabaseError as error:
            logger.warning("it comes round again at its usual time: %s", error)

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                self._look()
                self._ended.wait(_LOOK_EVERY)
        finally:
            connection.close()

    def _look(self) -> None:
        close_old_connections()
        try:
            for name in periodic.names():
                if self._ended.is_set():
                    return
                self._under_way = name
                periodic.run_if_due(name)
        except Exception:
            logger.exception("what comes round could not be seen to")
            connection.close()
