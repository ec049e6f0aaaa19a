"""An installation on one engine of tasks, with workers that tests start, kill and stop."""

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from config.tests.engines.console import Console
from config.tests.engines.probe.notes import FOLDER, Notes
from config.tests.live import BIN, ROOT, LiveServer, installation
from config.tests.services import need_redis

QUICK = {
    "DJANGO_SETTINGS_MODULE": "config.tests.engines.settings",
    "VITRINE_RENDITION_FORMATS": "webp",
    "VITRINE_RENDER_LEASE": "4",
    "VITRINE_WORKER_LEASE": "3",
    "VITRINE_CELERY_TASK_LIMIT": "10",
    "VITRINE_CELERY_VISIBILITY": "21",
    "VITRINE_TASK_ATTEMPTS": "2",
}
_LEFT = """
from django_tasks_db.models import DBTaskResult
print(DBTaskResult.objects.filter(status__in=["READY", "RUNNING"]).count())
"""
_WAITING = (
    "from uploads_app.models import UploadedFile as F; print(F.objects.filter(rendering='waiting').count())"
)


def engine_settings(engine: str, redis: str = "") -> dict[str, str]:
    """The environment of an engine; Celery's is skipped where no Redis is, unless one is given."""
    if engine == "database":
        return {"VITRINE_TASKS": "database"}
    prefix = f"engines:{uuid.uuid4()}"
    return {"VITRINE_TASKS": "celery", "REDIS_URL": redis or need_redis(), "VITRINE_REDIS_PREFIX": prefix}


@dataclass
class Site:
    """`server` is not started yet."""

    server: LiveServer
    notes: Notes
    console: Console
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """By the script that production uses, in a session of its own, so that all of it can be killed."""
        with (self.server.home / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                [str(ROOT / "deploy/worker.sh")],
                env=self.server.environment | {"BIN": str(BIN)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.workers.append(worker)
        return worker

    def enqueue(self, task: str, *words: str, then: str = "") -> None:
        """Asks for a task once for each word, in one transaction; `then` is what that ends with."""
        self.ask(
            "from django.db import transaction; from config.tests.engines.probe import tasks\n"
            f"with transaction.atomic():\n    [tasks.{task}.enqueue(word) for word in {words!r}]\n    {then}"
        )

    def ask(self, code: str) -> str:
        """What code prints that the installation runs."""
        return self.console.ask(code)

    def left(self) -> int:
        """Tasks that some engine has not ended with, wherever they are."""
        return int(self.ask(_LEFT)) + self._left_in_redis()

    def waiting(self) -> int:
        """Pictures that wait for renditions."""
        return int(self.ask(_WAITING))

    def _left_in_redis(self) -> int:
        if self.server.settings.get("VITRINE_TASKS") != "celery":
            return 0
        begin = f"{self.server.settings['VITRINE_REDIS_PREFIX']}:tasks:"
        with Redis.from_url(self.server.settings["REDIS_URL"], socket_timeout=10) as redis:
            both = redis.pipeline(transaction=True)  # one that is given back is in either at any moment
            both.llen(f"{begin}vitrine")
            both.hlen(f"{begin}unacked")
            return sum(both.execute())

    def log(self) -> str:
        return (self.server.home / "worker.log").read_text()

    def await_that(self, what: Callable[[], object], seconds: float = 60) -> None:
        """Until it is so, or the test fails with the workers' log."""
        limit = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < limit, self.log()[-4000:]
            time.sleep(0.05)

    def end(self) -> None:
        self.console.end()
        for worker in self.workers:
            kill(worker)


def kill(worker: "subprocess.Popen[bytes]") -> None:
    """kill -9 of a worker with all its processes."""
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


@contextmanager
def site(home: Path, settings: dict[str, str]) -> Iterator[Site]:
    notes = Notes(home / "notes")
    notes.folder.mkdir()
    with installation(home, **(QUICK | {FOLDER: str(notes.folder)} | settings)) as server:
        found = Site(server, notes, Console(server.environment))
        try:
            yield found
        finally:
            found.end()
