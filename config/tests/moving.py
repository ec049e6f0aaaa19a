"""A live installation with many small files in its folder, and people who go on using it while it moves."""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import httpx

from config.tests.live import ROOT, LiveServer
from uploads_app.tests.image_factories import jpeg_bytes

_FILL = """
import hashlib, uuid
from pathlib import Path
from django.conf import settings
from uploads_app.models import StorageUsage, UploadedFile
from users.models import User
owner, root = User.objects.get(username={name!r}), Path(settings.VITRINE_MEDIA_ROOT)
(root / ".vitrine").mkdir(exist_ok=True)
(root / "uploads/general").mkdir(parents=True, exist_ok=True)
rows = []
for number in range({many}):
    data = (b"picture %d of a move " % number) * 100
    key = f"uploads/general/{{uuid.uuid4()}}.jpg"
    (root / key).write_bytes(data)
    rows.append(UploadedFile(owner=owner, category="general", lifecycle="ready", rendering="done",
        storage="local", file=key, original_filename=f"{{number}}.jpg", content_type="image/jpeg",
        file_size=len(data), sha256=hashlib.sha256(data).hexdigest(), width=8, height=8))
UploadedFile.objects.bulk_create(rows, batch_size=500)
used = dict(files=len(rows), bytes=sum(row.file_size for row in rows))
StorageUsage.objects.update_or_create(owner=owner, defaults=used)
for row in rows:
    print(row.pk, row.sha256)
"""


def fill(server: LiveServer, name: str, many: int) -> dict[str, str]:
    """Gives somebody so many files of some 2 kB in the local folder, the short way; SHA-256 by id."""
    said = server.manage("shell", "-v", "0", "-c", _FILL.format(name=name, many=many))
    return dict(line.split() for line in said.splitlines())


_MOST_DELETED = 200  # files: on a slow machine there is time to delete them all


class People:
    """Readers, an uploader and one who deletes, without pause; `broken` is what should not have happened."""

    def __init__(self, client: httpx.Client, files: dict[str, str], seed: int) -> None:
        self._client, self._chance = client, random.Random(seed)
        self.files = dict(files)  # what should be there, by id
        self.deleted: set[str] = set()
        self.read = self.uploaded = 0
        self.broken: list[str] = []
        self._over, self._lock = threading.Event(), threading.Lock()
        jobs = (self._read, self._read, self._upload, self._delete)
        self._threads = [threading.Thread(target=self._repeat, args=(job,)) for job in jobs]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, job: Callable[[], None]) -> None:
        while not self._over.is_set():
            try:
                job()
            except Exception as error:
                self.broken.append(repr(error))
                return

    def _some(self) -> tuple[str, str]:
        with self._lock:
            return self._chance.choice(list(self.files.items()))

    def _read(self) -> None:
        file_id, sha256 = self._some()
        answer = self._client.get(f"/api/upload/{file_id}")
        right = answer.status_code == 200 and hashlib.sha256(answer.content).hexdigest() == sha256
        if not right and not (answer.status_code == 404 and file_id in self.deleted):
            self.broken.append(f"{file_id}: {answer.status_code}")
        self.read += 1
        self._over.wait(0.01)

    def _upload(self) -> None:
        picture = jpeg_bytes((64, 64), noisy=True)
        answer = self._client.post("/api/upload/general", files={"file": ("a.jpg", picture, "image/jpeg")})
        if answer.status_code != 201:
            self.broken.append(f"upload: {answer.status_code}")
            return
        file_id = answer.json()["file_id"]
        stored = self._client.get(f"/api/upload/{file_id}").raise_for_status().content
        with self._lock:
            self.files[file_id] = hashlib.sha256(stored).hexdigest()
        self.uploaded += 1
        self._over.wait(0.05)

    def _delete(self) -> None:
        if len(self.deleted) >= _MOST_DELETED:
            self._over.wait(0.1)
            return
        file_id, _ = self._some()
        self.deleted.add(file_id)
        with self._lock:
            del self.files[file_id]
        answer = self._client.delete(f"/api/upload/{file_id}")
        if answer.status_code != 204:
            self.broken.append(f"delete: {answer.status_code}")
        self._over.wait(0.1)


class Run:
    """`manage.py storage` in a process of its own, which may be killed."""

    def __init__(self, server: LiveServer, *words: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "storage", *words],
            cwd=ROOT,
            env=server.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def kill(self) -> bool:
        """kill -9; says whether it was still at work."""
        running = self._process.poll() is None
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        self._process.communicate()
        return running

    def alive(self) -> bool:
        return self._process.poll() is None

    def finish(self) -> str:
        """What it says; raises when it fails."""
        said, _ = self._process.communicate()
        assert self._process.returncode == 0, said
        return said


def wait_until(true: Callable[[], bool], seconds: float = 180) -> None:
    """Polls; raises where it takes longer."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it took too long"
        time.sleep(0.02)
