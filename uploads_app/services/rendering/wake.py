"""Waking a worker. The list of work is in the database: whoever is not woken finds it a little later."""

from __future__ import annotations

from uuid import UUID


def wake(file_id: UUID) -> None:
    """Asks for a file's renditions once the transaction under way has committed. Never raises."""
