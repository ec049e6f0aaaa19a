"""serve.sh with SOCKET: its name leads to a server that answers or to none, and who found one is served."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.tests.live import BIN, ROOT

pytestmark = pytest.mark.service
# Answers who it is: one process for each server. It cannot be loaded while a file of that name is there.
_APPLICATION = """
import os, pathlib
if pathlib.Path(__file__).with_name("broken").exists():
    raise RuntimeError("broken")
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Connection", "close")])
    return [f"process {os.getpid()}".encode()]
"""


@dataclass
class Served:
    home: Path
    process: subprocess.Popen[bytes]

    @property
    def name(self) -> Path:
        return self.home / "socket"

    @property
    def log(self) -> str:
        return (self.home / "log").read_text()

    def connect(self) -> socket.socket:
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(20)
        made.connect(str(self.name))
        return made

    def ask(self, connection: socket.socket | None = None) -> str:
        """The body of an answer, empty where the connection is ended without one."""
        data = b""
        with connection or self.connect() as asked, suppress(ConnectionError):
            asked.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            while b"process" not in data and (more := asked.recv(4096)):
                data += more
        return data.partition(b"\r\n\r\n")[2].decode()


def wait_until(is_so: Callable[[], object]) -> None:
    limit = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < limit
        time.sleep(0.02)


@pytest.fixture
def served() -> Iterator[Served]:
    with tempfile.TemporaryDirectory(prefix="vitrine-", dir="/tmp") as folder:
        home = Path(folder)
        (home / "small.py").write_text(_APPLICATION)
        own = {"SOCKET": str(home / "socket"), "BIN": str(BIN), "PYTHONPATH": folder, "WORKERS": "1"}
        own |= {"APPLICATION": "small:application", "DRAIN": "5", "STARTING": "15"}
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [str(ROOT / "deploy/serve.sh")],
                env=os.environ | own,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            found = Served(home, process)
            wait_until(found.name.exists)
            yield found
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def test_a_server_has_its_name_once_it_answers(served: Served) -> None:
    assert served.ask().startswith("process")
    assert served.name.stat().st_mode & 0o777 == 0o660


def test_a_server_that_ends_gives_its_name_up_first_and_serves_who_had_found_it(served: Served) -> None:
    found = [served.connect() for _ in range(5)]
    served.process.terminate()
    wait_until(lambda: not served.name.exists())
    assert [served.ask(one).startswith("process") for one in found] == [True] * 5
    assert served.process.wait(30) == 0
    assert list(served.home.glob("socket*")) == []


def test_a_successor_takes_the_name_and_who_had_found_the_old_one_is_served(served: Served) -> None:
    old, inode = served.ask(), served.name.stat().st_ino
    found = [served.connect() for _ in range(5)]
    served.process.send_signal(signal.SIGHUP)
    wait_until(lambda: served.name.stat().st_ino != inode)
    assert served.ask() != old
    assert [served.ask(one) for one in found] == [old] * 5


def test_a_successor_that_cannot_start_changes_nothing(served: Served) -> None:
    old = served.ask()
    (served.home / "broken").touch()
    served.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "the old one serves on" in served.log)
    assert served.ask() == old
    (served.home / "broken").unlink()
    served.process.send_signal(signal.SIGHUP)
    wait_until(lambda: served.ask() != old)
