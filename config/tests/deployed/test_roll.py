"""deploy/roll.sh stops at the first one that does not come back, and leaves the rest as it was."""

import os
import subprocess
from pathlib import Path

import pytest

from config.tests.live import BIN, ROOT

pytestmark = pytest.mark.service


def roll(tmp_path: Path, what: str, alive: str, **more: str) -> tuple[int, list[str], str]:
    """Its exit status, what it restarted, and what it said."""
    restarted = tmp_path / "restarted"
    restarted.touch()
    restart = tmp_path / "restart"
    restart.write_text(f'#!/bin/sh\necho "$1" >>{restarted}\n')
    running = tmp_path / "running"
    running.write_text(f"#!/bin/sh\n{alive}\n")
    for script in (restart, running):
        script.chmod(0o755)
    told = {"RESTART": str(restart), "ALIVE": str(running), "BIN": str(BIN), "SETTLED": "1", "PATIENCE": "0"}
    done = subprocess.run(
        [ROOT / "deploy/roll.sh", what],
        env=os.environ | told | more,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, restarted.read_text().split(), done.stderr


def test_workers_that_run_on_are_all_replaced(tmp_path: Path) -> None:
    status, restarted, _ = roll(tmp_path, "workers", "exit 0")
    assert (status, restarted) == (0, ["vitrine-worker@1.service", "vitrine-worker@2.service"])


def test_a_worker_that_ends_as_soon_as_it_began_is_the_last_that_is_touched(tmp_path: Path) -> None:
    """It is started without a fault: only later is there none."""
    status, restarted, said = roll(tmp_path, "workers", '[ "$1" != vitrine-worker@1.service ]')
    assert (status, restarted) == (1, ["vitrine-worker@1.service"])
    assert "worker 1 does not run on" in said


def test_no_web_server_is_stopped_while_the_other_does_not_answer(tmp_path: Path) -> None:
    status, restarted, said = roll(tmp_path, "web", "exit 0", SOCKETS=f"{tmp_path}/%s")
    assert (status, restarted) == (1, [])
    assert "b does not answer" in said
