"""SIGHUP replaces the server's processes one by one: what is under way ends, and others serve on."""

import os
import signal
import threading
import time
from pathlib import Path

import httpx
import pytest

from config.tests.live import installation
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = pytest.mark.service


def children(parent: int) -> set[int]:
    """The processes of a server that answer requests."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {int(child) for child in found if b"granian" in Path(f"/proc/{child}/cmdline").read_bytes()}


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
            picture = jpeg_bytes((600, 400), noisy=True)
            while not ended.is_set():
                # A connection of its own each time, as from nginx after one was closed.
                with httpx.Client(base_url=server.url, headers=client.headers, trust_env=False) as own:
                    answers.append(
                        own.post("/api/upload/general", files={"file": ("a.jpg", picture)}).status_code
                    )

        uploads = threading.Thread(target=upload)
        uploads.start()
        try:
            time.sleep(0.5)
            os.kill(server.process.pid, signal.SIGHUP)
            limit = time.monotonic() + 60
            while children(server.process.pid) & before and time.monotonic() < limit:
                time.sleep(0.1)
            time.sleep(0.5)
        finally:
            ended.set()
            uploads.join()
        assert not children(server.process.pid) & before
        assert set(answers) == {201}
        assert server.spool_is_empty()
