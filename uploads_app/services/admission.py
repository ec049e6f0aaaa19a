"""How many uploads a process takes at once, so that reading never waits for writing.

Each upload holds a thread of the server, for as long as its sender is slow and its decoder busy. Some
threads are kept free of them: beyond the limit an upload is told at once to come back.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from uploads_app.errors import Unavailable

RETRY_AFTER = 3  # seconds

_lock = threading.Lock()
_running = 0


@contextmanager
def admitted() -> Iterator[None]:
    """Room for one upload while inside. Raises Unavailable at once where there is none."""
    global _running
    with _lock:
        if _running >= settings.VITRINE_UPLOADS_AT_ONCE:
            raise Unavailable("Too many uploads are running. Try again in a moment.", retry_after=RETRY_AFTER)
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
