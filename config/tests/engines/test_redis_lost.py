"""Redis between servers and Celery's workers may be emptied, killed or hang: no upload waits for it or is lost."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from config.tests.engines.site import Site, engine_settings, site
from config.tests.own_redis import OwnRedis
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = [pytest.mark.service, pytest.mark.timeout(300)]

_PATIENCE = {"VITRINE_REDIS_TIMEOUT": "0.25", "VITRINE_REDIS_REST": "0.5"}
_SOON = 15.0  # seconds: tells an upload that waits for Redis from a busy machine; a client waits for 30
_ROWS = "from django_tasks_db.models import DBTaskResult as R; print(R.objects.count())"


@dataclass
class Served:
    site: Site
    redis: OwnRedis
    client: httpx.Client

    def upload(self, times: int = 3) -> float:
        """Gives how long the slowest took, in seconds."""
        slowest = 0.0
        for _ in range(times):
            begun = time.monotonic()
            picture = jpeg_bytes((300, 200), noisy=True)
            answer = self.client.post("/api/upload/general", files={"file": ("a.jpg", picture)})
            assert answer.status_code == 201, answer.text
            slowest = max(slowest, time.monotonic() - begun)
        return slowest

    def await_sets(self) -> None:
        self.site.await_that(lambda: self.site.waiting() == 0, 120)

    def take_a_message(self, word: str) -> None:
        """Until a worker runs what it is told by Redis, not by a row."""
        before = self.site.ask(_ROWS)
        self.site.enqueue("note", word)
        assert self.site.ask(_ROWS) == before
        self.site.await_that(lambda: self.site.notes.done(word))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server and a worker of Celery's, on a Redis of this test's own."""
    own = OwnRedis(tmp_path / "redis")
    with own.running(), site(tmp_path, engine_settings("celery", own.url) | _PATIENCE) as found:
        found.server.start()
        yield Served(found, own, found.server.sign_up("somebody"))


def test_messages_that_redis_forgot_are_missed_by_nobody(served: Served) -> None:
    served.upload()
    assert served.site.left() == 3
    with served.redis.client() as redis:
        redis.flushall()
    worker = served.site.start_worker()
    served.await_sets()
    served.take_a_message("told again")
    assert worker.poll() is None


def test_a_killed_redis_costs_neither_uploads_nor_renditions(served: Served) -> None:
    worker = served.site.start_worker()
    served.take_a_message("before")
    served.redis.kill()
    served.upload()
    served.await_sets()  # without Redis
    served.site.enqueue("note", "kept")
    served.site.await_that(lambda: served.site.notes.done("kept"))
    served.redis.start()
    time.sleep(1)  # longer than it is left alone
    served.take_a_message("after")
    served.upload()
    served.await_sets()
    assert worker.poll() is None


def test_a_worker_that_could_not_acknowledge_its_task_takes_others_later(served: Served) -> None:
    served.site.start_worker()
    served.site.enqueue("wait_for_leave", "a")
    served.site.await_that(lambda: served.site.notes.done("begun", "a"))
    served.redis.kill()
    served.site.notes.let_go()
    served.site.await_that(lambda: served.site.notes.done("ended", "a"))
    served.redis.start()
    time.sleep(1)
    served.take_a_message("after")


def test_a_hanging_redis_delays_no_upload_and_no_rendition(served: Served) -> None:
    worker = served.site.start_worker()
    served.take_a_message("before")
    served.redis.hang()
    try:
        assert served.upload() < _SOON
        served.await_sets()
    finally:
        served.redis.go_on()
    time.sleep(1)
    served.take_a_message("after")
    assert worker.poll() is None


def test_a_worker_that_is_started_without_redis_works_and_finds_it_later(served: Served) -> None:
    served.redis.kill()
    worker = served.site.start_worker()
    served.upload()
    served.await_sets()
    served.redis.start()
    time.sleep(1)
    served.take_a_message("after")
    assert worker.poll() is None


def test_a_worker_without_redis_stops_in_order(served: Served) -> None:
    worker = served.site.start_worker()
    served.take_a_message("before")
    served.redis.kill()
    served.upload(1)
    served.await_sets()
    worker.terminate()
    assert worker.wait(30) == 0
