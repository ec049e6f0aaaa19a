"""`deploy/services.sh` starts and stops private servers, and touches none but its own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from config.tests.live import BIN, ROOT

SCRIPT = ROOT / "deploy/services.sh"
pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(not (BIN / "weed").exists(), reason="its S3 is not installed: deploy/services.sh up"),
]


class Services:
    """The script with a home and ports of its own."""

    def __init__(self, home: Path, base: int) -> None:
        self.home, self.redis, self.postgres, self.s3 = home, base, base + 1, base + 2
        ports = {"REDIS_PORT": self.redis, "PG_PORT": self.postgres, "S3_PORT": self.s3}
        self.environment = os.environ | {name: str(port) for name, port in ports.items()}
        self.environment |= {"SERVICES_HOME": str(home), "BIN": str(BIN)}

    def __call__(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [str(SCRIPT), *words]
        return subprocess.run(command, env=self.environment | more, capture_output=True, text=True, cwd="/")

    def status(self) -> list[str]:
        return self("status").stdout.split("\n")[:-1]

    def pids(self) -> list[int]:
        files = ("postgres/data/postmaster.pid", "redis/pid", "s3/pid")
        return [int((self.home / file).read_text().split()[0]) for file in files]


def free_ports(number: int) -> int:
    """The first of so many ports in a row that nobody listens on."""
    for base in range(20_000 + os.getpid() % 10_000, 32_000, number):
        with ExitStack() as stack:
            try:
                for port in range(base, base + number):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return base
    raise AssertionError("no ports are free")


@pytest.fixture
def services() -> Iterator[Services]:
    home = Path(tempfile.mkdtemp(prefix="vitrine-services-", dir="/tmp"))  # short: sockets lie in it
    script = Services(home, free_ports(10))
    yield script
    done = script("down", "wipe")
    assert done.returncode == 0, done.stderr
    assert not home.exists()


def exports(words: str) -> dict[str, str]:
    pairs = (word.partition("=") for line in words.splitlines() for word in line.split()[1:])
    return {name: value for name, _, value in pairs}


def test_up_starts_all_three_once_and_down_ends_them(services: Services) -> None:
    first = services("up")
    assert first.returncode == 0, first.stderr
    told, pids = exports(first.stdout), services.pids()
    assert told["DATABASE_URL"] == f"postgres://vitrine@127.0.0.1:{services.postgres}/postgres"
    assert told["REDIS_URL"] == f"redis://127.0.0.1:{services.redis}/0"
    assert told["VITRINE_S3_ENDPOINT"] == f"http://127.0.0.1:{services.s3}"
    with psycopg.connect(told["DATABASE_URL"], autocommit=True) as database:
        database.execute("CREATE TABLE kept ()")

    again = services("up", REDIS_PORT="1")  # what runs is told where it runs, whatever is wanted now
    assert (again.stdout, services.pids()) == (first.stdout, pids)
    assert services("env").stdout == first.stdout
    assert services.status() == ["postgres: up", "redis: up", "s3: up"]

    assert services("down").returncode == 0
    assert services.status() == ["postgres: down", "redis: down", "s3: down"]
    assert services("env").stdout == ""
    assert services("up", "postgres").returncode == 0
    with psycopg.connect(told["DATABASE_URL"], autocommit=True) as database:
        database.execute("DROP TABLE kept")


def test_a_port_that_is_taken_is_said_and_nothing_of_others_is_touched(services: Services) -> None:
    with socket.create_server(("127.0.0.1", services.redis)):
        refused = services("up", "redis")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"port {services.redis} is taken by something else\n"
    assert services("up", "redis").returncode == 0


def test_a_pid_that_was_given_to_another_process_is_not_killed(services: Services) -> None:
    sleep = shutil.which("sleep")
    assert sleep
    with subprocess.Popen([sleep, "600"]) as other:
        try:
            for name in ("postgres/data/postmaster.pid", "redis/pid", "s3/pid"):
                path = services.home / name
                path.parent.mkdir(parents=True)
                path.write_text(f"{other.pid}\n")
            assert services.status() == ["postgres: down", "redis: down", "s3: down"]
            assert services("down").returncode == 0
            assert services("up", "redis").returncode == 0
            assert other.poll() is None
        finally:
            other.kill()


def test_what_there_is_not_is_refused(services: Services) -> None:
    assert services("up", "oracle").stderr == "there is no oracle: postgres, redis, s3\n"
    assert services("sideways").returncode == 1
