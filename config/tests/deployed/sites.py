"""The whole site on one machine, by the units of deploy/systemd or by deploy/compose.yaml: their own commands."""

import fcntl
import os
import shlex
import shutil
import ssl
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from config.tests.deployed import containers
from config.tests.deployed.machine import Machine, unique
from config.tests.deployed.units import Unit, unit, variables
from config.tests.live import ROOT, own_database
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


def run_unit(at: Machine, name: str, files: dict[str, dict[str, str]]) -> str:
    """A unit that ends by itself; gives what it printed."""
    described = unit(name)
    return at.run(_words(at, described.one("ExecStart")), _environment(at, described, files))


def start_unit(at: Machine, name: str, files: dict[str, dict[str, str]]) -> None:
    """A unit's ExecStart, as systemd starts it; one of the kind `notify` is ready when this returns."""
    described = unit(name)
    for folder in described.all("RuntimeDirectory"):
        Path(at.moved(f"/run/{folder}")).mkdir(parents=True, exist_ok=True)
    at.start(
        name,
        _words(at, described.one("ExecStart")),
        _environment(at, described, files),
        (described.all("KillSignal") or ["SIGTERM"])[0],
        patience=float(described.one("TimeoutStopSec")),
        starting=float(described.one("TimeoutStartSec")) if described.one("Type") == "notify" else 0,
    )


def reload_unit(at: Machine, name: str) -> None:
    """A unit's ExecReload."""
    process = at.processes[name]
    assert process.running is not None
    words = unit(name).one("ExecReload").replace("$MAINPID", str(process.running.pid))
    at.run(_words(at, words), process.environment)


def _words(at: Machine, line: str) -> list[str]:
    return shlex.split(at.moved(line))


def _environment(at: Machine, described: Unit, files: dict[str, dict[str, str]]) -> dict[str, str]:
    """As systemd has it: what the files say comes after what the unit says."""
    own = {name: at.moved(value) for name, value in described.environment().items()}
    for file in described.all("EnvironmentFile"):
        own |= files[file]
    return own


@contextmanager
def by_units() -> Iterator[Site]:
    """vitrine.target, with both example files filled in."""
    with machine() as at:
        files = {"/etc/vitrine/env": at.filled_in() | SMALL, "/etc/vitrine/nginx.env": _nginx(at)}
        run_unit(at, "vitrine-migrate.service", files)
        _collect(at, files["/etc/vitrine/env"])
        wanted = [word for line in unit("vitrine.target").all("Wants", "Unit") for word in line.split()]
        own = [name for name in wanted if name.startswith("vitrine-") and name.endswith(".service")]
        with ThreadPoolExecutor(len(own)) as at_once:  # as systemd does
            list(at_once.map(lambda name: start_unit(at, name, files), own))
        _await_front(at)
        yield Site(at, files["/etc/vitrine/env"])


def _nginx(at: Machine) -> dict[str, str]:
    """deploy/nginx.env.example, filled in likewise."""
    text = (
        (ROOT / "deploy/nginx.env.example")
        .read_text()
        .replace("#S3=https://s3.example.org", "S3=" + at.servers["VITRINE_S3_ENDPOINT"])
    )
    found = variables(at.moved(text))
    return found | _ports(at)


def _ports(at: Machine) -> dict[str, str]:
    places = {"LISTEN": f"127.0.0.1:{at.port}", "PLAIN": f"127.0.0.1:{at.plain_port}"}
    return places | {"HTTPS_PORT": str(at.port), "PATIENCE": "10"}


def _collect(at: Machine, settings: dict[str, str]) -> None:
    """The pages' files: the same for every site of a run of the suite, so they are made once and copied."""
    words = ["/srv/vitrine/app/.venv/bin/python", "manage.py", "collectstatic", "--noinput", "-v", "0"]
    kept = Path(os.environ["VITRINE_TESTS_SCRATCH"]) / "collected"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            at.run([at.moved(word) for word in words], settings)
            shutil.copytree(at.folders["static"], kept)
    shutil.copytree(kept, at.folders["static"], dirs_exist_ok=True)


@contextmanager
def by_compose() -> Iterator[Site]:
    """compose.yaml with its env file filled in; PostgreSQL and S3 are the suite's, in the place of its images."""
    with machine() as at:
        file = at.filled_in() | {"POSTGRES_PASSWORD": "x"}
        described = containers.services(file)
        _run(at, "bucket", described["bucket"], file)
        _run(at, "migrate", described["migrate"], file)
        _collect(at, file)
        for name in [f"web-{one}" for one in WEB] + [f"worker-{one}" for one in WORKERS] + ["nginx"]:
            words, environment = _container(at, described[name], file)
            patience = float(described[name]["stop_grace_period"].rstrip("s"))
            at.start(name, words, environment, _stop_signal(described[name]), patience)
        for one in WEB:
            _await_healthy(at, described[f"web-{one}"], file)
        _await_front(at)
        yield Site(at, _container(at, described["web-a"], file)[1])


def _stage(service: dict[str, Any]) -> str:
    stage: str = service["build"]["target"]
    return stage


def _stop_signal(service: dict[str, Any]) -> str:
    [found] = [step.rest for step in containers.steps(_stage(service)) if step.word == "STOPSIGNAL"]
    return found


def _container(
    at: Machine, service: dict[str, Any], file: dict[str, str]
) -> tuple[list[str], dict[str, str]]:
    """The words and the environment of a container: the image's, the file's, then the service's own."""
    own = containers.image_environment(_stage(service)) | (file if "env_file" in service else {})
    own |= service["environment"]
    environment = {name: at.moved(value) for name, value in own.items()}
    if _stage(service) == "nginx":
        return _located(service["command"]), environment | _ports(at)
    servers = {name: at.servers[name] for name in ("DATABASE_URL", "REDIS_URL")}
    return _located(service["command"]), environment | servers | SMALL


def _located(words: list[str]) -> list[str]:
    """Commands of the image are relative to its folder, as ours are to the project's."""
    return [str(ROOT / words[0]) if "/" in words[0] else words[0], *words[1:]]


def _run(at: Machine, name: str, service: dict[str, Any], file: dict[str, str]) -> None:
    words, environment = _container(at, service, file)
    assert at.run(words, environment) is not None, name


def _await_healthy(at: Machine, service: dict[str, Any], file: dict[str, str]) -> None:
    """By its own health check."""
    words = _located([at.moved(word) for word in service["healthcheck"]["test"][1:]])
    at.run([*words, "--patience", "60"], _container(at, service, file)[1])


def _await_front(at: Machine) -> None:
    limit = time.monotonic() + 60
    trusted = ssl.create_default_context(cafile=str(at.certificate))
    with httpx.Client(verify=trusted, trust_env=False) as client:
        while time.monotonic() < limit:
            with suppress(httpx.TransportError):
                if client.get(f"{at.url}/healthz").status_code == 200:
                    return
            time.sleep(0.1)
    raise AssertionError({name: at.log(name) for name in at.processes})
