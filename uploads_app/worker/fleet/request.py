"""Celery's view of one message."""

from __future__ import annotations

import logging

from celery.worker.request import Request

logger = logging.getLogger(__name__)


class LoudRequest(Request):  # type: ignore[misc]  # Celery's classes have no types
    """One whose acknowledgement may fail aloud.

    Celery's own is silent: the message that Redis heard nothing about then counts as being worked on for ever,
    and a worker that takes one at a time never asks for another. As an error it makes a new connection.
    """

    acknowledged: bool

    def acknowledge(self) -> None:
        if not self.acknowledged:
            self._on_ack(logger, ())
            self.acknowledged = True
