"""Many who ask a real server for one rendition at once: equal answers, one render, and others are served."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from config.tests.live import LiveServer, installation
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = pytest.mark.service
THREADS = 8  # of a web process: deploy/serve.sh
_HOLD = """
from datetime import timedelta
from django.db.models.functions import Now
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.claims import claim
from uploads_app.services.rendering.wanted import recipe
file = UploadedFile.objects.get()
claim(file, [recipe(file, PRESETS["w640"], OutputFormat.AVIF)])
Rendition.objects.update(lease_until=Now() + timedelta(minutes=5))
"""
_ROWS = "from uploads_app.models import Rendition; print(Rendition.objects.count())"


def published(server: LiveServer) -> tuple[httpx.Client, str]:
    """A client, and the address of a size of its picture that nobody made yet."""
    client = server.sign_up("crowd")
    answer = client.post(
        "/api/upload/general", files={"file": ("a.jpg", jpeg_bytes((1200, 900), noisy=True))}
    )
    assert answer.status_code == 201, answer.text
    return client, f"/api/upload/{answer.json()['file_id']}/w640.avif"


def at_once(number: int, one: Callable[[int], httpx.Response]) -> list[httpx.Response]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_64_at_once_over_two_processes_get_equal_answers_of_one_render(tmp_path: Path) -> None:
    # However long a busy machine takes for the one render: what is asked here is that all get it.
    patient = {"VITRINE_RENDER_WAIT_FOR_OTHERS": "25", "VITRINE_RENDER_WAITERS": "64"}
    with installation(tmp_path, **patient) as server:
        server.start(workers=2, threads=THREADS)
        client, url = published(server)
        time.sleep(2)  # the decoders of both processes stand

        def ask(_: int) -> httpx.Response:
            return httpx.get(server.url + url, headers=client.headers, timeout=30, trust_env=False)

        answers = at_once(64, ask)
        assert [answer.status_code for answer in answers] == [200] * 64
        assert len({answer.content for answer in answers}) == 1
        assert server.manage("shell", "-v", "0", "-c", _ROWS).strip() == "1"
        assert len([key for key in server.stored() if key.startswith("renditions/")]) == 1


def test_a_crowd_that_waits_for_a_held_rendition_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    with installation(tmp_path) as server:
        server.start(threads=THREADS)
        client, url = published(server)
        server.manage("shell", "-v", "0", "-c", _HOLD)

        def ask(_: int) -> httpx.Response:
            return httpx.get(server.url + url, headers=client.headers, timeout=30, trust_env=False)

        with ThreadPoolExecutor(40) as crowd:
            asked = [crowd.submit(ask, number) for number in range(40)]
            time.sleep(0.2)
            begun = time.monotonic()
            assert client.get("/api/gigs").status_code == 200
            assert time.monotonic() - begun < 2.5
            answers = [one.result() for one in asked]
        assert {answer.status_code for answer in answers} == {503}
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
