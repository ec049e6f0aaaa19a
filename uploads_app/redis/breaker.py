"""Leaving alone what does not answer, so that it costs one timeout now and then, not each time."""

import logging
import threading
import time

from django.conf import settings

from uploads_app.observing import metrics

logger = logging.getLogger(__name__)


class Breaker:
    """Whether to ask Redis now. Once it has failed, one thread asks every VITRINE_REDIS_REST seconds."""

    def __init__(self, where: str) -> None:
        """`where` is for the log: no secrets."""
        self._where = where
        self._lock = threading.Lock()
        self._away = False
        self._next_try = 0.0

    def lets_through(self) -> bool:
        """True while Redis answers, and for one asker after each rest."""
        if not self._away:
            return True
        with self._lock:
            if self._away and time.monotonic() < self._next_try:
                return False
            self._rest()
            return True

    def failed(self, error: Exception) -> None:
        """Notes that it did not answer, or refused; logged once, until it answers again."""
        metrics.redis_failures.inc()
        with self._lock:
            first, self._away = not self._away, True
            self._rest()
        if first:
            metrics.redis_lost.inc()
            # The kind alone: what servers say back may have what was asked in it.
            kind = type(error).__name__
            logger.warning("Redis at %s is left alone (%s): the database serves", self._where, kind)

    def answered(self) -> None:
        """Notes that it answers."""
        if not self._away:
            return
        with self._lock:
            was_away, self._away = self._away, False
        if was_away:
            logger.warning("Redis at %s answers again", self._where)

    def _rest(self) -> None:
        self._next_try = time.monotonic() + settings.VITRINE_REDIS_REST
