"""A server that starts removes what was left in its machine's spool long ago; it needs no worker beside it."""

import os
import time
from pathlib import Path

import pytest

from config.tests.live import installation
from uploads_app.storage import temporary


def test_what_dead_processes_left_goes_when_a_server_starts(tmp_path: Path) -> None:
    with installation(tmp_path) as server:
        server.spool.mkdir(exist_ok=True)
        for name in ("old", "young"):
            (server.spool / name).write_bytes(b"x")
        os.utime(server.spool / "old", (0, 0))
        server.start()
        limit = time.monotonic() + 60
        while (server.spool / "old").exists():
            assert time.monotonic() < limit, server.log()
            time.sleep(0.02)
        assert (server.spool / "young").exists()


def test_a_spool_that_cannot_be_cleaned_stops_no_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: float) -> int:
        raise PermissionError("no")

    monkeypatch.setattr(temporary, "remove_old", fails)
    temporary.clean_up()
    assert "not cleaned up" in caplog.text
