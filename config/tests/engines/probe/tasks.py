"""Tasks that tests look at."""

import os
import signal
import time

from config.tests.engines.probe.notes import own
from uploads_app.worker.task import KEPT, task


@task()
def note(word: str) -> None:
    own().write(word)


@task()
def take_a_moment(word: str) -> None:
    own().write(word)
    time.sleep(0.2)


@task()
def fail(word: str) -> None:
    """Never works."""
    own().write(word)
    raise RuntimeError(word)


@task()
def wait_for_leave(word: str) -> None:
    """Ends when it is let go. Its effect is that a file is there, however often it runs."""
    own().write("begun", word)
    limit = time.monotonic() + 30
    while not own().may_end() and time.monotonic() < limit:
        time.sleep(0.02)
    with (own().folder / f"effect-{word}").open("a"):
        own().write("ended", word)


@task(backend=KEPT)
def hang(word: str) -> None:
    """For longer than anybody waits. A row, whatever the engine."""
    own().write(word)
    time.sleep(600)


@task()
def end_the_worker(word: str) -> None:
    """kill -9 of whoever runs it."""
    own().write(word)
    os.kill(os.getpid(), signal.SIGKILL)
