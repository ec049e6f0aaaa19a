"""Several machines of one installation: web servers and workers that share PostgreSQL and S3 alone."""

import os
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.tests.live import BIN, ROOT, LiveServer, own_database
from config.tests.services import need_postgres, need_s3, redis_url


@dataclass
class LiveWorker:
    """A worker on a machine of its own, by the engine that its settings name; can be killed and started again."""

    machine: LiveServer
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.machine.home / "worker.log").open("ab")
        self.process = subprocess.Popen(
            [str(ROOT / "deploy/worker.sh")],
            env=self.machine.environment | {"BIN": str(BIN)},
            stdout=log,
            stderr=log,
            start_new_session=True,  # so that its decoders are killed with it
        )

    def kill(self) -> None:
        """kill -9 of the worker with all its processes."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def log(self) -> str:
        return (self.machine.home / "worker.log").read_text()


@dataclass
class Fleet:
    """Machines with one database and one part of a bucket. `settings` are those of all of them."""

    home: Path
    database_url: str
    settings: dict[str, str]
    webs: list[LiveServer] = field(default_factory=list)
    workers: list[LiveWorker] = field(default_factory=list)

    def machine(self, name: str) -> LiveServer:
        """One more machine: its folder, and with it its spool, is its own."""
        home = self.home / name
        (home / "spool").mkdir(parents=True)
        return LiveServer(home, self.database_url, self.settings)

    def manage(self, *words: str) -> str:
        """Runs manage.py on the first machine; raises with its output when it fails."""
        return self.webs[0].manage(*words)

    def start(self) -> None:
        """Starts whatever does not run."""
        for worker in self.workers:
            if worker.process is None or worker.process.poll() is not None:
                worker.start()
        for web in self.webs:
            if web.process is None or web.process.poll() is not None:
                web.start()

    def stop(self) -> None:
        for worker in self.workers:
            worker.stop()
        for web in self.webs:
            web.stop()


@contextmanager
def fleet(
    home: Path, own: dict[str, str] | None = None, *, webs: int = 2, workers: int = 2, **settings: str
) -> Iterator[Fleet]:
    """A migrated installation of so many machines, not started yet; the test is skipped without the servers.

    Redis is used where there is one; REDIS_URL="" among the settings goes without.
    """
    postgres, s3, location = need_postgres(), need_s3(), f"fleet/{uuid.uuid4()}"
    shared = {"VITRINE_STORAGE": "s3", "VITRINE_S3_LOCATION": location, "REDIS_URL": redis_url()}
    shared["VITRINE_REDIS_PREFIX"] = location
    with own_database(home, postgres) as database_url:
        found = Fleet(home, database_url, s3 | shared | (own or {}) | settings)
        found.webs = [found.machine(f"web{number}") for number in range(webs)]
        found.workers = [LiveWorker(found.machine(f"worker{number}")) for number in range(workers)]
        found.manage("migrate", "-v", "0")
        try:
            yield found
        finally:
            found.stop()
