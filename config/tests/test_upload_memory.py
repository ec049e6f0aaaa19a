"""Hundreds of uploads in a row: the web process stays as large as it was, and leaves no temporary file."""

import os
import sys
from pathlib import Path

import pytest

from config.tests.live import installation
from uploads_app.tests.image_factories import jpeg_bytes

UPLOADS = 500 if os.environ.get("VITRINE_REQUIRE_SERVICES") == "1" else 80
WARM_UP = 40
MOST_GROWTH = 20.0  # MB
pytestmark = [
    pytest.mark.service,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]


def web_processes(parent: int) -> list[int]:
    """The server and its workers; not the decoders, which are the fork server's children and are replaced."""
    children = [
        int(child)
        for task in Path(f"/proc/{parent}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [
        parent,
        *(child for child in children if b"granian" in Path(f"/proc/{child}/cmdline").read_bytes()),
    ]


def resident(processes: list[int]) -> float:
    """Resident memory in MB."""
    pages = [int(Path(f"/proc/{process}/statm").read_text().split()[1]) for process in processes]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def test_uploads_in_a_row_leave_memory_flat_and_no_temporary_file(tmp_path: Path) -> None:
    with installation(tmp_path) as server:
        server.start()
        client = server.sign_up("memory")
        assert server.process is not None
        processes = web_processes(server.process.pid)
        assert len(processes) >= 2, "the server has a process of its own for requests"
        picture = jpeg_bytes((400, 300), noisy=True)
        before = 0.0
        for number in range(UPLOADS):
            answer = client.post("/api/upload/general", files={"file": ("a.jpg", picture)})
            assert answer.status_code == 201
            if number == WARM_UP:
                before = resident(processes)
        assert abs(resident(processes) - before) < MOST_GROWTH
        assert server.spool_is_empty()
