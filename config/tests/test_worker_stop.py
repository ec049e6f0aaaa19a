"""An orderly stop, sent to all processes of a worker: the work under way is finished, nothing is blamed."""

import os
import signal
import time
from pathlib import Path

import pytest

from config.tests.engines.site import engine_settings
from config.tests.live import LiveServer, installation
from config.tests.test_worker_kill import start_worker
from uploads_app.tests.image_factories import jpeg_bytes

_STATE = """
from uploads_app.models import Rendition, UploadedFile
file = UploadedFile.objects.get()
pending = Rendition.objects.filter(state="pending").count()
print(file.rendering, file.render_deaths, pending, Rendition.objects.filter(state="ready").count())
"""


def state(server: LiveServer) -> str:
    return server.manage("shell", "-v", "0", "-c", _STATE).strip()


def wait_for_a_render(server: LiveServer) -> None:
    """Until a decoder has been given a picture: its targets are in the spool."""
    limit = time.monotonic() + 30
    while not any(server.spool.iterdir()):
        assert time.monotonic() < limit, "nothing was rendered"
        time.sleep(0.002)
    time.sleep(0.15)  # it is decoded by now, and far from done


@pytest.mark.service
@pytest.mark.parametrize("engine", ["database", "celery"])
def test_sigterm_to_the_whole_group_ends_the_worker_after_the_render_under_way(
    tmp_path: Path, engine: str
) -> None:
    with installation(tmp_path, **engine_settings(engine)) as server:
        server.start()
        client = server.sign_up("worker-stop")
        picture = jpeg_bytes((3000, 2000), noisy=True)
        answer = client.post("/api/upload/general", files={"file": ("a.jpg", picture)})
        assert answer.status_code == 201, answer.text
        assert server.spool_is_empty()

        worker = start_worker(server)
        wait_for_a_render(server)
        os.killpg(worker.pid, signal.SIGTERM)
        assert worker.wait(30) == 0
        assert state(server) == "done 0 0 16"
