"""A PostgreSQL of a test's own, to be killed: started by the project's script, on a port of its own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.tests.live import BIN, ROOT, free_port
from config.tests.services import need_postgres


@dataclass
class PrivatePostgres:
    """Its commits are on disk before they are answered, unlike those of the one that all tests share."""

    home: Path
    port: int

    def url(self, port: int = 0, database: str = "postgres") -> str:
        """How to reach it, through a proxy at `port` if given."""
        plain = "sslmode=disable&gssencmode=disable"  # so that a proxy can read along
        return f"postgres://vitrine@127.0.0.1:{port or self.port}/{database}?{plain}"

    def up(self) -> None:
        """Starts it; after a kill as soon as the last of its processes has noticed."""
        limit = time.monotonic() + 60
        while self._script("up", "postgres").returncode or not self._answers():
            assert time.monotonic() < limit, self.log()
            time.sleep(0.1)

    def kill(self) -> None:
        """kill -9, of the process that all others end with."""
        pid = int((self.home / "postgres/data/postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def down(self) -> None:
        self._script("down", "wipe")

    def log(self) -> str:
        return (self.home / "postgres/log").read_text()[-2000:]

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(self.url(), autocommit=True) as own:
            own.execute("alter role vitrine set synchronous_commit = on")
            return True
        return False

    def _script(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        own = {"SERVICES_HOME": str(self.home), "PG_PORT": str(self.port), "BIN": str(BIN)}
        words = (str(ROOT / "deploy/services.sh"), *words)
        return subprocess.run(words, env=os.environ | own, capture_output=True, timeout=60)


@contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    """One that runs; skips the test where none can be had."""
    need_postgres()
    home = Path(tempfile.mkdtemp(prefix="vitrine-postgres-"))  # pytest's folders are closed to its account
    made = PrivatePostgres(home, free_port())
    try:
        made.up()
        yield made
    finally:
        made.down()
        shutil.rmtree(home, ignore_errors=True)
