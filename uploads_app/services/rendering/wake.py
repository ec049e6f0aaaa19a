"""Waking a worker. The list of work is in the database: whoever is not woken finds it a little later."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction

from uploads_app.worker.task import enqueue

logger = logging.getLogger(__name__)


def wake(file_id: UUID) -> None:
    """Asks for a file's renditions once the transaction under way has committed. Never raises."""
    transaction.on_commit(lambda: _enqueue(file_id), robust=True)


def _enqueue(file_id: UUID) -> None:
    from uploads_app.tasks import render  # a door to the services, which cannot import it at their start

    try:
        enqueue(render, str(file_id))
    except Exception:
        logger.warning("no worker was woken for %s", file_id, exc_info=True)
