"""The site by deploy/compose.yaml: its own commands, without containers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from config.tests.deployed import containers
from config.tests.deployed.machine import Machine
from config.tests.deployed.sites import SMALL, WEB, WORKERS, Site, await_front, collect, machine, ports
from config.tests.live import ROOT


@dataclass(frozen=True)
class Described:
    """The services of compose.yaml with its env file filled in, for a machine."""

    at: Machine
    services: dict[str, Any]
    file: dict[str, str]

    def run(self, name: str, *instead: str) -> str:
        """One that ends by itself, and well, or a command in its place; gives what it printed."""
        service = self.services[name]
        if instead:
            service = service | {"command": list(instead)}
        return self.at.run(*_container(self.at, service, self.file))


@contextmanager
def prepared() -> Iterator[Described]:
    """With a bucket and the tables; PostgreSQL and S3 are the suite's, in the place of its images."""
    with machine() as at:
        file = at.filled_in() | {"POSTGRES_PASSWORD": "x"}
        described = Described(at, containers.services(file), file)
        described.run("bucket")
        described.run("migrate")
        yield described


@contextmanager
def by_compose() -> Iterator[Site]:
    """All that `up` starts."""
    with prepared() as described:
        at, services, file = described.at, described.services, described.file
        collect(at, file)
        for name in [f"web-{one}" for one in WEB] + [f"worker-{one}" for one in WORKERS] + ["nginx"]:
            words, environment = _container(at, services[name], file)
            patience = float(services[name]["stop_grace_period"].rstrip("s"))
            at.start(name, words, environment, _stop_signal(services[name]), patience)
        for one in WEB:
            _await_healthy(at, services[f"web-{one}"], file)
        await_front(at)
        yield Site(at, _container(at, services["web-a"], file)[1])


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
    words = _located([at.moved(word) for word in service["command"]])
    if _stage(service) == "nginx":
        return words, environment | ports(at)
    servers = {name: at.servers[name] for name in ("DATABASE_URL", "REDIS_URL")}
    return words, environment | servers | SMALL


def _located(words: list[str]) -> list[str]:
    """Commands of the image are relative to its folder, as ours are to the project's."""
    return [str(ROOT / words[0]) if "/" in words[0] else words[0], *words[1:]]


def _await_healthy(at: Machine, service: dict[str, Any], file: dict[str, str]) -> None:
    """By its own health check."""
    words = _located([at.moved(word) for word in service["healthcheck"]["test"][1:]])
    at.run([*words, "--patience", "60"], _container(at, service, file)[1])
