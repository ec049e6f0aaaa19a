"""What tests of other people's clients share: Node to run them, and servers to send to."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.tests.fleet.machines import fleet
from config.tests.live import ROOT, LiveServer, installation
from config.tests.node import node

HERE = Path(__file__).parent
# Whether a busy machine decodes a photograph of 24 megapixels in time is not what these tests are about.
PATIENT = {"VITRINE_SANDBOX_WALL_SECONDS": "60", "VITRINE_SANDBOX_CPU_SECONDS": "30"}


@dataclass(frozen=True)
class Upload:
    """One file as a client sent it: its name, its address, how often it went on after a cut."""

    name: str
    url: str
    retries: int


Client = Callable[..., list[Upload]]


def _node() -> str:
    """Node; without it, or without the clients, the test is skipped."""
    if not (ROOT / "node_modules/@uppy/tus").is_dir():
        pytest.skip("no clients (run deploy/assets.sh --dev)")
    return node() or pytest.skip("no Node (on Debian: apt install nodejs)")


@pytest.fixture(params=["tus-js-client", "uppy"])
def client_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(client_name: str) -> Client:
    """Sends files as a person, in pieces of so many bytes, by one of the clients."""
    program, script = _node(), HERE / f"{client_name}.mjs"

    def send(base: str, person: httpx.Client, files: Sequence[Path], piece: int) -> list[Upload]:
        said = {
            "endpoint": f"{base}/api/upload/tus",
            "token": person.headers["Authorization"].removeprefix("Bearer "),
            "files": [str(path) for path in files],
            "chunkSize": piece,
        }
        words = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        done = subprocess.run(
            [program, str(script)],
            input=json.dumps(said),
            capture_output=True,
            text=True,
            timeout=400,
            env=words,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return [_upload(json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]

    return send


def _upload(said: dict[str, Any]) -> Upload:
    return Upload(Path(said["path"]).name, said["url"], said["retries"])


@contextmanager
def _processes(home: Path) -> Iterator[list[LiveServer]]:
    """Two servers of one installation on this machine."""
    with installation(home, **PATIENT) as one:
        other = LiveServer(
            home / "other",
            one.database_url,
            PATIENT | {"VITRINE_MEDIA_ROOT": str(one.media)},
            s3_location=one.s3_location,
        )
        other.home.mkdir()
        try:
            for server in (one, other):
                server.start()
            yield [one, other]
        finally:
            other.stop()


@contextmanager
def _machines(home: Path) -> Iterator[list[LiveServer]]:
    """Two servers that share PostgreSQL and S3 alone."""
    with fleet(home, PATIENT, workers=0) as found:
        found.start()
        yield found.webs


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(_processes, id="processes"),
        pytest.param(_machines, id="machines", marks=pytest.mark.fleet),
    ],
)
def servers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[LiveServer]]:
    with request.param(tmp_path_factory.mktemp("servers")) as started:
        yield started
