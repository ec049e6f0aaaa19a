"""The site by the units of deploy/systemd: their own commands."""

import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from config.tests.deployed.machine import Machine
from config.tests.deployed.sites import SMALL, Site, await_front, collect, machine, ports
from config.tests.deployed.units import Unit, unit, variables
from config.tests.live import ROOT


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
        stop=(described.all("KillSignal") or ["SIGTERM"])[0],
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
        collect(at, files["/etc/vitrine/env"])
        wanted = [word for line in unit("vitrine.target").all("Wants", "Unit") for word in line.split()]
        own = [name for name in wanted if name.startswith("vitrine-") and name.endswith(".service")]
        with ThreadPoolExecutor(len(own)) as at_once:  # as systemd does
            list(at_once.map(lambda name: start_unit(at, name, files), own))
        await_front(at)
        yield Site(at, files["/etc/vitrine/env"])


def _nginx(at: Machine) -> dict[str, str]:
    """deploy/nginx.env.example, filled in likewise."""
    text = (
        (ROOT / "deploy/nginx.env.example")
        .read_text()
        .replace("#S3=https://s3.example.org", "S3=" + at.servers["VITRINE_S3_ENDPOINT"])
    )
    found = variables(at.moved(text))
    return found | ports(at)
