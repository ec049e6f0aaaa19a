"""A limit on what a worker of the fleet does at a time: Celery has none for a process that runs its tasks itself."""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

_STDERR = 2  # also where something else stands in for sys.stderr


@contextmanager
def limited() -> Iterator[None]:
    """Ends the process when this takes too long, with a trace of where: another is then given it.

    There is one such clock in a process: for whoever has the turn, and nobody else.
    """
    faulthandler.dump_traceback_later(settings.VITRINE_CELERY_TASK_LIMIT, exit=True, file=_STDERR)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
