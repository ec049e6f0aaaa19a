"""deploy/backup.sh keeps as many whole backups as it was told, and nothing of those that failed."""

import fcntl
import subprocess
from pathlib import Path

import pytest

from config.tests.live import ROOT

OLD = "2020-01-01T00-00-00Z"
MANAGE = """#!/usr/bin/env bash
# manage.py backup make FOLDER …
echo "$*" >>"$TOLD"
mkdir "$4" && touch "$4/db.dump"
[ -z "${FAILS:-}" ] || exit 1
touch "$4/whole"
"""


class Script:
    """The script, with something in the place of manage.py that makes a folder or fails half-way."""

    def __init__(self, home: Path) -> None:
        self.kept, self.told = home / "backups", home / "told"
        self.kept.mkdir()
        self.bin = home / "bin"
        self.bin.mkdir()
        (self.bin / "python").write_text(MANAGE)
        (self.bin / "python").chmod(0o755)

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": "/usr/bin:/bin", "BIN": str(self.bin), "TOLD": str(self.told)} | settings
        command = [str(ROOT / "deploy/backup.sh"), str(self.kept), *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def add(self, name: str, *files: str) -> None:
        (self.kept / name).mkdir()
        for file in files:
            (self.kept / name / file).write_bytes(b"x")

    def names(self) -> list[str]:
        return sorted(path.name for path in self.kept.iterdir() if path.is_dir())


@pytest.fixture
def script(tmp_path: Path) -> Script:
    return Script(tmp_path)


def test_what_failed_goes_when_the_next_one_begins(script: Script) -> None:
    script.add(OLD, "db.dump")
    assert script.run(FAILS="1").returncode == 1
    [failed] = script.names()
    assert failed != OLD


def test_whole_ones_and_what_is_not_ours_stay(script: Script) -> None:
    script.add(OLD, "db.dump", "whole")
    script.add("lost+found")
    script.add("by-hand", "db.dump")
    assert script.run().returncode == 0
    assert {OLD, "lost+found", "by-hand"} < set(script.names())
    assert f"--like {script.kept}/{OLD}" in script.told.read_text()


def test_one_that_is_being_made_is_left_alone(script: Script) -> None:
    script.add(OLD, "db.dump")
    with (script.kept / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = script.run()
    assert (done.returncode, script.names()) == (1, [OLD])
    assert "another backup" in done.stderr
    assert not script.told.exists()


def test_as_many_as_it_was_told_are_kept(script: Script) -> None:
    for day in range(1, 4):
        script.add(f"2020-01-0{day}T00-00-00Z", "whole")
    assert script.run("2").returncode == 0
    assert script.names()[0] == "2020-01-03T00-00-00Z"
    assert len(script.names()) == 2


@pytest.mark.parametrize("keep", ["0", "-1", "all", "00"])
def test_less_than_one_is_refused_before_anything_is_done(script: Script, keep: str) -> None:
    script.add(OLD, "whole")
    done = script.run(keep)
    assert (done.returncode, script.names()) == (1, [OLD])
    assert "KEEP" in done.stderr
