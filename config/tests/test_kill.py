"""kill -9 of a real server in mid-upload, again and again: what was acknowledged is whole, and no more."""

import hashlib
import os
import random
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.tests.live import LiveServer, installation
from uploads_app.tests.image_factories import jpeg_bytes

# Fifty where everything is proven, half where that happens on a second database, few where somebody waits for it.
_MANY = 25 if os.environ.get("DATABASE_URL") else 50
ROUNDS = _MANY if os.environ.get("VITRINE_REQUIRE_SERVICES") == "1" else 6
UPLOADERS = 3


class Uploaders:
    """People who upload without pause, and note what they were promised."""

    def __init__(self, clients: list[httpx.Client]) -> None:
        self.acknowledged: dict[str, int] = {}
        self.refused: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(client,)) for client in clients]
        for thread in self._threads:
            thread.start()

    def _work(self, client: httpx.Client) -> None:
        chance = random.Random(id(client))
        while not self._stop.is_set():
            data = jpeg_bytes(size=(chance.randrange(64, 900), chance.randrange(64, 900)))
            try:
                answer = client.post("/api/upload/general", files={"file": ("a.jpg", data, "image/jpeg")})
            except httpx.TransportError:
                time.sleep(0.02)  # the server was killed under this request, or is not up again
                continue
            if answer.status_code != 201:
                self.refused.append(answer.text)
                continue
            self.acknowledged[answer.json()["file_id"]] = answer.json()["file_size"]

    def wait_for_another(self) -> None:
        """Until one more upload is acknowledged, or the machine is too busy to wait any longer."""
        before, limit = len(self.acknowledged), time.monotonic() + 20
        while len(self.acknowledged) == before and time.monotonic() < limit:
            time.sleep(0.005)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.long
@pytest.mark.service
@pytest.mark.timeout(900)
def test_whatever_moment_the_server_is_killed_at_what_it_acknowledged_is_whole(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201  (pytest shows it when the test fails)
    moments = random.Random(seed)
    with installation(tmp_path, VITRINE_UPLOAD_LEASE="60") as server:
        server.start()
        clients = [server.sign_up(f"person{n}") for n in range(UPLOADERS)]
        uploaders = Uploaders(clients)
        try:
            for number in range(ROUNDS):
                if number % 3:  # in every third round the decoders are still starting
                    uploaders.wait_for_another()
                time.sleep(moments.uniform(0, 0.3))
                server.kill()
                server.start()
        finally:
            uploaders.stop()
        assert not uploaders.refused
        assert len(uploaders.acknowledged) >= ROUNDS // 2, (
            "too few uploads between the kills to prove anything"
        )
        server.kill()
        _let_leases_end(server)
        said = server.manage("reconcile", "--grace", "0")
        print(said)  # noqa: T201  (as above)
        server.start()
        _assert_sound(server, clients, uploaders.acknowledged)


def _let_leases_end(server: LiveServer) -> None:
    server.manage(
        "shell",
        "-v",
        "0",
        "-c",
        "from uploads_app.models import UploadedFile as F; from django.db.models.functions import Now;"
        "F.objects.filter(lifecycle='pending').update(lease_until=Now())",
    )


def _assert_sound(server: LiveServer, clients: list[httpx.Client], acknowledged: dict[str, int]) -> None:
    """Acknowledged files are served whole, the storage holds what the lists show and nothing else."""
    listed = {row["file_id"]: row for client in clients for row in _all_files(client)}
    assert acknowledged.keys() <= listed.keys()
    for client in clients:
        for row in _all_files(client):
            data = client.get(row["file_url"]).raise_for_status().content
            assert len(data) == row["file_size"]
            assert hashlib.sha256(data).hexdigest() == row["sha256"]
    assert server.stored() == {row["file_path"] for row in listed.values()}
    assert not list(server.spool.iterdir())
    for client in clients:
        usage = client.get("/api/upload/usage").json()
        assert usage["files"] == len(list(_all_files(client)))


def _all_files(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    url: str | None = "/api/upload/my-files/?limit=100"
    while url:
        page = client.get(url).raise_for_status().json()
        found += page["results"]
        url = page["next"]
    return found
