"""SIGHUP replaces the server's processes one by one: what is under way ends, and others serve on."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.tests.live import installation
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = [pytest.mark.service, pytest.mark.long]


def children(parent: int) -> set[int]:
    """The processes of a server that answer requests."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {int(child) for child in found if b"granian" in Path(f"/proc/{child}/cmdline").read_bytes()}


def status_of(url: str, **request: Any) -> int:
    """Of a POST over a connection of its own, as from nginx after one was closed; 0 where it came to none."""
    try:
        return httpx.post(url, trust_env=False, timeout=30, **request).status_code
    except httpx.TransportError:
        return 0


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads /proc")
def test_uploads_go_on_while_the_processes_are_replaced(tmp_path: Path) -> None:
    with installation(tmp_path) as server:
        server.start(workers=2)
        client = server.sign_up("reload")
        assert server.process is not None
        before = children(server.process.pid)
        assert len(before) == 2
        answers: list[int] = []
        ended = threading.Event()

        def upload() -> None:
            sent = {"file": ("a.jpg", jpeg_bytes((600, 400), noisy=True))}
            while not ended.is_set():
                answers.append(
                    status_of(f"{server.url}/api/upload/general", files=sent, headers=client.headers)
                )

        uploads = threading.Thread(target=upload)
        uploads.start()
        try:
            time.sleep(0.5)
            os.kill(server.process.pid, signal.SIGHUP)
            limit = time.monotonic() + 150
            while children(server.process.pid) & before and time.monotonic() < limit:
                time.sleep(0.1)
            time.sleep(0.5)
        finally:
            ended.set()
            uploads.join()
        assert not children(server.process.pid) & before
        assert set(answers) == {201}
        assert server.spool_is_empty()
