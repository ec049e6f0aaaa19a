"""kill -9 of the worker in mid-render, again and again: all sets are complete after it, none doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.tests.engines.site import engine_settings
from config.tests.live import BIN, ROOT, LiveServer, installation
from uploads_app.tests.image_factories import jpeg_bytes

# Kills by engine and formats of a set: most where a round is short, and some between the steps of two formats.
ROUNDS = {
    ("database", "webp"): 20 if os.environ.get("VITRINE_REQUIRE_SERVICES") == "1" else 5,
    ("database", "webp,avif"): 3,
    ("celery", "webp"): 3,
}
_COUNT = """
from collections import Counter
from uploads_app.models import Rendition, UploadedFile
from uploads_app.tests.stored import stored_renditions
waiting = UploadedFile.objects.exclude(rendering="done").count()
sets = Counter(Rendition.objects.filter(state="ready").values_list("file", flat=True))
doubled = Rendition.objects.count() - len(set(Rendition.objects.values_list("file", "digest")))
rows = set(Rendition.objects.values_list("key", flat=True))
stored = stored_renditions()
print(f"waiting {waiting} sets {sorted(set(sets.values()))} doubled {doubled} "
      f"unnamed {len(stored - rows)} lost {len(rows - stored)} files {len(sets)}")
"""


_PENDING = (
    'from uploads_app.models import Rendition; print(Rendition.objects.filter(state="pending").count())'
)


def start_worker(server: LiveServer, *words: str) -> subprocess.Popen[bytes]:
    """By the script that picks the engine; with words for it, the embedded engine's own."""
    log = (server.home / "worker.log").open("ab")
    script = [str(ROOT / "deploy/worker.sh")]
    return subprocess.Popen(
        [sys.executable, "manage.py", "worker", *words] if words else script,
        cwd=ROOT, env=server.environment | {"BIN": str(BIN)}, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip


def await_render(server: LiveServer, old: set[Path]) -> None:
    """Until the worker has files to render into that are not those of a killed one; a while at most."""
    limit = time.monotonic() + 20
    while set(server.spool.glob("*")) <= old and time.monotonic() < limit:
        time.sleep(0.005)


@pytest.mark.long
@pytest.mark.service
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("engine", "formats"), ROUNDS)
def test_sets_survive_the_worker_being_killed_in_mid_render(
    tmp_path: Path, engine: str, formats: str
) -> None:
    rounds = ROUNDS[engine, formats]
    chance = random.Random(7)
    quick = {"VITRINE_RENDER_LEASE": "2", "VITRINE_WORKER_LEASE": "2", "VITRINE_RETIRED_KEPT": "0"}
    quick |= engine_settings(engine)
    with installation(tmp_path, VITRINE_RENDITION_FORMATS=formats, **quick) as server:
        server.start()
        client = server.sign_up("worker-kill")
        worker = start_worker(server)
        time.sleep(2)  # it stands
        hit = 0
        for _ in range(rounds):
            old = set(server.spool.glob("*"))  # it is made by the first upload
            for _ in range(2):
                picture = jpeg_bytes((1400, 1000), noisy=True)
                answer = client.post("/api/upload/general", files={"file": ("a.jpg", picture)})
                assert answer.status_code == 201
            await_render(server, old)
            time.sleep(chance.uniform(0.0, 0.3 * len(formats.split(","))))
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            hit += server.manage("shell", "-v", "0", "-c", _PENDING).strip() != "0"
            worker = start_worker(server)
            time.sleep(0.9)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

        assert hit >= rounds // 3, "too few kills came in mid-render"

        found = ""
        limit = time.monotonic() + 400
        while not found.startswith("waiting 0") and time.monotonic() < limit:
            assert start_worker(server, "--drain").wait(400) == 0
            found = server.manage("shell", "-v", "0", "-c", _COUNT).strip()
            time.sleep(1)
        server.manage("reconcile", "--grace", "0")
        found = server.manage("shell", "-v", "0", "-c", _COUNT).strip()
        size = 8 * len(formats.split(","))
        assert found == f"waiting 0 sets [{size}] doubled 0 unnamed 0 lost 0 files {2 * rounds}"
        assert server.spool_is_empty()
