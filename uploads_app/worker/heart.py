"""A worker's sign of life, written beside its work."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from uploads_app.models import WorkerBeat

logger = logging.getLogger(__name__)


class Heart:
    """Beats in a thread of its own from `start` to `stop`, three times within VITRINE_WORKER_LEASE."""

    def __init__(self, worker_id: str) -> None:
        self._worker_id = worker_id
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        """Raises DatabaseError when the first beat cannot be written."""
        beat(self._worker_id)
        self._thread.start()

    def stop(self) -> None:
        """Ends the beating, and says that this worker is gone."""
        self._ended.set()
        self._thread.join()
        try:
            WorkerBeat.objects.filter(pk=self._worker_id).delete()
        except DatabaseError as error:
            logger.warning("the last beat stays: %s", error)

    def _run(self) -> None:
        try:
            while not self._ended.wait(settings.VITRINE_WORKER_LEASE / 3):
                try:
                    beat(self._worker_id)
                except DatabaseError as error:
                    logger.warning("a beat was missed: %s", error)
                    connection.close()
        finally:
            connection.close()


def beat(worker_id: str) -> None:
    """Writes one sign of life."""
    WorkerBeat.objects.update_or_create(pk=worker_id, defaults={"beat_at": Now()})


def forget_the_dead() -> int:
    """Removes signs of life that are too old to mean anything; says how many."""
    old = Now() - timedelta(seconds=10 * settings.VITRINE_WORKER_LEASE)
    return WorkerBeat.objects.filter(beat_at__lt=old).delete()[0]
