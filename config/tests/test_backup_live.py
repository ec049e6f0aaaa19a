"""A backup made under load, brought back into a fresh place: nothing that it counts on is missing.

Uploads and deletes go on while database and files are copied, so the two are of different moments.
"""

import hashlib
import json
import os
import random
import subprocess
import threading
import time
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from config.tests.live import BIN, ROOT, LiveServer, empty_installation, installation
from uploads_app.tests.image_factories import jpeg_bytes


@dataclass
class Load:
    """People who upload and delete until they are told to stop; what was acknowledged, by id."""

    server: LiveServer
    acknowledged: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def work(self, client: httpx.Client, seed: int) -> None:
        try:
            self._work(client, random.Random(seed))
        except Exception as error:
            self.faults.append(repr(error))

    def _work(self, client: httpx.Client, chance: random.Random) -> None:
        mine: list[str] = []
        while not self.ended.is_set():
            if mine and chance.random() < 0.45:
                gone = mine.pop(chance.randrange(len(mine)))
                self.deleted.add(gone)  # before the request: it may be done before the answer is here
                client.delete(f"/api/upload/{gone}").raise_for_status()
                continue
            picture = jpeg_bytes((120 + chance.randrange(80), 90), noisy=True)
            answer = client.post("/api/upload/general", files={"file": ("a.jpg", picture)})
            mine.append(answer.raise_for_status().json()["file_id"])
            stored = client.get(f"/api/upload/{mine[-1]}", follow_redirects=True).raise_for_status()
            self.acknowledged[mine[-1]] = hashlib.sha256(stored.content).hexdigest()


def run(script: str, server: LiveServer, *words: str) -> str:
    done = subprocess.run(
        [str(ROOT / "deploy" / script), *words],
        env=server.environment | {"BIN": str(BIN)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def findings(server: LiveServer, *words: str) -> tuple[dict[str, int], int]:
    """What media_fsck finds, by class, and how much it keeps."""
    done = subprocess.run(
        [str(BIN / "python"), "manage.py", "media_fsck", "--json", "--deep", *words],
        cwd=ROOT, env=server.environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    return {name: count for name, count in summary["found"].items() if count}, summary["kept"]


def place(home: Path) -> dict[str, str]:
    """Settings that give an installation a part of the bucket for itself, where the suite runs on S3."""
    return (
        {"VITRINE_S3_LOCATION": f"tests/{home.name}-{os.getpid()}"}
        if os.environ.get("VITRINE_STORAGE")
        else {}
    )


@pytest.mark.service
@pytest.mark.fleet
@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_backup_made_under_load_comes_back_whole(tmp_path: Path) -> None:
    old, new, kept = tmp_path / "old", tmp_path / "new", tmp_path / "backups"
    old.mkdir()
    new.mkdir()
    with installation(old, **place(old)) as server:
        load, crowd = begin_load(server)
        run("backup.sh", server, str(kept))
        assert findings(server) == ({}, 0), "live traffic gave a finding"
        before = dict(load.acknowledged)
        time.sleep(1.1)  # names of backups are of seconds
        told = run("backup.sh", server, str(kept))
        end_load(load, crowd)
        expected = before.keys() - load.deleted
    assert expected
    assert " 0 linked" not in told, "what the first backup has was copied again"

    with empty_installation(new, **place(new)) as server:
        assert "clean" in run("restore.sh", server, str(max(kept.iterdir())))
        assert_whole(server, load, expected)
        server.manage("worker", "--drain")
        server.manage("reconcile", "--grace", "0")
        assert_whole(server, load, expected)


def begin_load(server: LiveServer) -> tuple[Load, list[threading.Thread]]:
    """A server with some people at work, once they have a few pictures."""
    server.start()
    load = Load(server)
    clients = [server.sign_up(f"person{n}") for n in range(3)]
    crowd = [
        threading.Thread(target=load.work, args=(client, n), daemon=True) for n, client in enumerate(clients)
    ]
    for person in crowd:
        person.start()
    while len(load.acknowledged) < 15:
        assert not load.faults
        time.sleep(0.05)
    return load, crowd


def end_load(load: Load, crowd: list[threading.Thread]) -> None:
    load.ended.set()
    for person in crowd:
        person.join()
    assert not load.faults


def assert_whole(server: LiveServer, load: Load, expected: AbstractSet[str]) -> None:
    """What was acknowledged before the backup, and never deleted, is there with its very bytes."""
    assert findings(server)[0] == {}
    there = hashes(server)
    assert expected <= there.keys()
    known = there.keys() & load.acknowledged.keys()
    assert {one: there[one] for one in known} == {one: load.acknowledged[one] for one in known}


def hashes(server: LiveServer) -> dict[str, str]:
    """The SHA-256 of every ready file, by id; media_fsck --deep says whether the bytes are those."""
    code = (
        "import json; from uploads_app.models import UploadedFile as F; "
        "print(json.dumps({str(f.pk): f.sha256 for f in F.objects.filter(lifecycle='ready')}))"
    )
    found: dict[str, str] = json.loads(server.manage("shell", "-v", "0", "-c", code))
    return found
