"""A real server for tests: granian on a free port, with a database and a storage of its own.

The storage is of the kind that the suite runs on: a folder of the bucket, or the media folder in its home.
A test that looks into that folder asks for VITRINE_STORAGE="local".
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from config.tests.migrated import migrate

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent


@dataclass
class LiveServer:
    """One installation in `home`; the server in it can be started, killed and started again."""

    home: Path
    database_url: str
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    port: int = 0
    s3_location: str = field(default_factory=lambda: f"live/{uuid.uuid4()}")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def media(self) -> Path:
        return self.home / "media"

    @property
    def spool(self) -> Path:
        return self.home / "spool"

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "DATABASE_URL": self.database_url,
            "VITRINE_MEDIA_ROOT": str(self.media),
            "VITRINE_SPOOL_DIR": str(self.spool),
            "VITRINE_S3_LOCATION": self.s3_location,
            "VITRINE_STATIC_ROOT": str(self.home / "static"),
            "VITRINE_THROTTLE_SCALE": "0",
            "VITRINE_SANDBOX_WORKERS": "2",
            "VITRINE_S3_DELIVERY": "through",
        }
        return os.environ | own | self.settings

    def manage(self, *words: str) -> str:
        """Runs manage.py on this installation; raises with its output when it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *, workers: int = 1, threads: int = 8, before: list[str] | None = None) -> None:
        """`before`: a command that runs the server's as its own."""
        self.port = self.port or free_port()
        own = {"PORT": str(self.port), "BIN": str(BIN), "WORKERS": str(workers)}
        own["VITRINE_THREADS"] = str(threads)
        log = (self.home / "server.log").open("ab")
        self.process = subprocess.Popen(
            [*(before or []), str(ROOT / "deploy/serve.sh")],
            env=self.environment | own,
            stdout=log,
            stderr=log,
            start_new_session=True,  # so that all of it can be killed at once
        )
        self._wait()

    def kill(self) -> None:
        """kill -9 of the server with all its processes, decoders included."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def sign_up(self, name: str) -> httpx.Client:
        """Registers somebody, and returns a client that sends their access token."""
        client = httpx.Client(base_url=self.url, timeout=30, trust_env=False)
        secret = {"username": name, "password": "correct horse battery"}
        client.post("/api/auth/register", json=secret | {"email": f"{name}@example.org"}).raise_for_status()
        tokens: dict[str, Any] = client.post("/api/auth/token", json=secret).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {tokens['access']}"
        return client

    def spool_is_empty(self) -> bool:
        """Whether no temporary file is left; the last answer may be out before its body is removed."""
        limit = time.monotonic() + 5
        while any(self.spool.iterdir()) and time.monotonic() < limit:
            time.sleep(0.01)
        return not any(self.spool.iterdir())

    def stored(self) -> set[str]:
        """Every key that holds bytes, as the installation lists its storages itself."""
        code = "from uploads_app.tests.stored import all_stored; print(*all_stored())"
        return set(self.manage("shell", "-v", "0", "-c", code).split())

    def log(self) -> str:
        return (self.home / "server.log").read_text()

    def _wait(self) -> None:
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            with suppress(httpx.TransportError):
                # As from a proxy that ends TLS: the production settings answer nothing else.
                secure = {"X-Forwarded-Proto": "https"}
                if httpx.get(f"{self.url}/healthz", headers=secure, trust_env=False).status_code == 200:
                    return
            time.sleep(0.02)
        raise AssertionError(self.log())


@contextmanager
def installation(home: Path, *, database: str = "", **settings: str) -> Iterator[LiveServer]:
    """A migrated installation on the suite's kind of database, or that of a URL; not started yet."""
    with empty_installation(home, database=database, **settings) as server:
        migrate(server.database_url, lambda: server.manage("migrate", "-v", "0"))
        yield server


@contextmanager
def empty_installation(home: Path, *, database: str = "", **settings: str) -> Iterator[LiveServer]:
    """The same before its database is migrated."""
    with own_database(home, database or os.environ.get("DATABASE_URL", "")) as database_url:
        server = LiveServer(home, database_url, settings)
        server.media.mkdir(exist_ok=True)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def own_database(home: Path, suite: str) -> Iterator[str]:
    """The URL of an empty database on the PostgreSQL of `suite`, else of a file in `home`; then it goes."""
    if not suite.startswith("postgres"):
        yield f"sqlite:///{home / 'db.sqlite3'}"
        return
    import psycopg

    name = f"live_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(suite, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(suite)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(suite, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def free_port() -> int:
    """A port that nobody listens at, below those that systems give to connections, of which one might take it first.

    By the system's own chance: the tests' seed is the same in all processes of a run.
    """
    for port in random.SystemRandom().sample(range(12_000, 32_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("of a hundred ports none is free")
