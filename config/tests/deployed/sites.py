"""The whole site on one machine, by the units of deploy/systemd or by deploy/compose.yaml: their own commands."""

import fcntl
import os
import shutil
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from config.tests.deployed.machine import Machine, unique
from config.tests.live import own_database
from config.tests.services import need_postgres, need_redis, need_s3

WEB = ("a", "b")
WORKERS = ("1", "2")
# What a small machine sets in a drop-in or an override; and counts that never become too many.
SMALL = {
    "WORKERS": "1",
    "VITRINE_THROTTLE_SCALE": "1000",
    "VITRINE_QUOTA_BYTES": "6000000",
    "VITRINE_RENDITION_FORMATS": "webp",
    # Decoders share two cores with all that the test starts.
    "VITRINE_SANDBOX_WALL_SECONDS": "30",
    "VITRINE_SANDBOX_CPU_SECONDS": "15",
    "VITRINE_RENDER_SECONDS": "60",
    "VITRINE_RENDER_LEASE": "90",
}


@dataclass
class Site:
    """A site that runs, and what it was started by."""

    machine: Machine
    settings: dict[str, str]

    def client(self) -> httpx.Client:
        """A person's browser: connections are kept, and the site's certificate is known."""
        trusted = ssl.create_default_context(cafile=str(self.machine.certificate))
        return httpx.Client(base_url=self.machine.url, verify=trusted, timeout=60, trust_env=False)

    def manage(self, *words: str) -> str:
        return self.machine.run([str(self.python), "manage.py", *words], self.settings)

    @property
    def python(self) -> Path:
        return Path(self.machine.moved("/srv/vitrine/app/.venv/bin/python"))


@contextmanager
def machine() -> Iterator[Machine]:
    """A machine with servers of its own part; the test is skipped without them. Paths of sockets must be short."""
    postgres, redis, s3 = need_postgres(), need_redis(), need_s3()
    with tempfile.TemporaryDirectory(prefix="vitrine-", dir="/tmp") as folder:
        home = Path(folder)
        with own_database(home, postgres) as database:
            made = Machine(home, s3 | unique() | {"DATABASE_URL": database, "REDIS_URL": redis})
            try:
                yield made
            finally:
                made.stop_all()


def ports(at: Machine) -> dict[str, str]:
    places = {"LISTEN": f"127.0.0.1:{at.port}", "PLAIN": f"127.0.0.1:{at.plain_port}"}
    return places | {"HTTPS_PORT": str(at.port), "PATIENCE": "10"}


def collect(at: Machine, settings: dict[str, str]) -> None:
    """The pages' files: the same for every site of a run of the suite, so they are made once and copied."""
    words = ["/srv/vitrine/app/.venv/bin/python", "manage.py", "collectstatic", "--noinput", "-v", "0"]
    kept = Path(os.environ["VITRINE_TESTS_SCRATCH"]) / "collected"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            at.run([at.moved(word) for word in words], settings)
            shutil.copytree(at.folders["static"], kept)
    shutil.copytree(kept, at.folders["static"], dirs_exist_ok=True)


def await_front(at: Machine) -> None:
    limit = time.monotonic() + 60
    trusted = ssl.create_default_context(cafile=str(at.certificate))
    with httpx.Client(verify=trusted, trust_env=False) as client:
        while time.monotonic() < limit:
            with suppress(httpx.TransportError):
                if client.get(f"{at.url}/healthz").status_code == 200:
                    return
            time.sleep(0.1)
    raise AssertionError({name: at.log(name) for name in at.processes})
