"""Every bomb, sent to a real server: answered in time, within memory, and the next upload works."""

import time
from pathlib import Path

import httpx
import pytest

from config.tests.live import LiveServer, installation
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.images.corpus import absent, rows

SECONDS = 5.0
PEAK_KB = 700 * 1000


@absent
@pytest.mark.shared
@pytest.mark.service
@pytest.mark.timeout(300)
def test_every_bomb_is_answered_and_the_next_upload_works(tmp_path: Path) -> None:
    with installation(tmp_path) as server:
        server.start()
        client = server.sign_up("owner")
        assert send(client, jpeg_bytes(), "first.jpg").status_code == 201
        for row in rows("bombs"):
            begun = time.monotonic()
            answer = send(client, row.path.read_bytes(), row.path.name)
            took = time.monotonic() - begun
            allowed = {"accept": {201}, "reject": {413, 415, 422}}.get(row.expectation, {201, 413, 415, 422})
            assert answer.status_code in allowed, (row.id, answer.text)
            assert took < SECONDS, (row.id, took)
            assert max(peaks(server).values()) < PEAK_KB, row.id
            assert send(client, jpeg_bytes(), "next.jpg").status_code == 201, row.id
        assert server.spool_is_empty()


def send(client: httpx.Client, data: bytes, name: str) -> httpx.Response:
    return client.post("/api/upload/general", files={"file": (name, data, "image/jpeg")})


def peaks(server: LiveServer) -> dict[int, int]:
    """Highest resident memory so far (kB) of each process of the server, decoders included."""
    assert server.process is not None
    found = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
            session = int((status.parent / "stat").read_text().rpartition(")")[2].split()[3])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if session == server.process.pid and "VmHWM:" in text:
            found[int(status.parent.name)] = int(text.partition("VmHWM:")[2].split()[0])
    assert len(found) >= 3, "the server, its worker and a decoder"
    return found
