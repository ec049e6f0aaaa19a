"""What processes tell each other of renditions: it spares queries, and nothing rests on it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from config.tests.own_redis import OwnRedis
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.models import Rendition, UploadedFile
from uploads_app.redis.connection import named, reached
from uploads_app.redis.ear import listening
from uploads_app.services import decoding
from uploads_app.services.rendering import notices
from uploads_app.services.rendering.claims import claim, give_back
from uploads_app.services.rendering.demand import rendition_on_demand
from uploads_app.services.rendering.flights import Key
from uploads_app.services.rendering.notices import told
from uploads_app.services.rendering.wanted import recipe
from uploads_app.tests.factories import uploaded
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
Answer = tuple[str, int]  # digest of the bytes, and how many queries it took


@pytest.fixture
def file(transactional_db: None, settings: Any) -> UploadedFile:
    settings.VITRINE_RENDER_WAIT_FOR_OTHERS = 60.0
    decoding.sandbox().warm_up()
    return uploaded(UserFactory.create())


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as found:
        yield found


def key_of(file: UploadedFile) -> Key:
    return file.pk, recipe(file, PRESETS["w640"], OutputFormat.AVIF).digest


def hold(file: UploadedFile) -> Any:
    """Takes the claim, as another process does."""
    return claim(file, [recipe(file, PRESETS["w640"], OutputFormat.AVIF)])


def finish(file: UploadedFile) -> None:
    Rendition.objects.filter(file=file).update(state="ready", lease_until=None, sha256="f" * 64)


def ask(file: UploadedFile) -> Answer:
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    try:
        with connection.execute_wrapper(note):
            return rendition_on_demand(file, "w640", "avif", None).sha256, len(asked)
    finally:
        connection.close()


def asking(pool: ThreadPoolExecutor, file: UploadedFile) -> "Future[Answer]":
    """Asks in another thread, which is listening when this returns."""
    answer = pool.submit(ask, file)
    channel = named("made", *key_of(file))
    until(lambda: _listeners(channel) == 1)
    return answer


def _listeners(channel: str) -> int:
    with reached() as redis:
        return int(redis.pubsub_numsub(channel)[0][1])


def until(so: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not so():
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_the_end_is_heard_by_who_listens(with_redis: str, file: UploadedFile) -> None:
    key = key_of(file)
    with listening(named("made", *key)) as ear:
        assert not ear.heard(0.01)
        with told([key]):
            assert not ear.heard(0.01)
        assert ear.heard(30)


def test_who_waits_asks_the_database_before_and_after_but_not_between(
    with_redis: str, file: UploadedFile, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "_UNSEEN", 60.0)
    hold(file)
    with told([key_of(file)]):
        answer = asking(pool, file)
        time.sleep(1)  # in which it would ask again and again
        finish(file)
    found, queries = answer.result()
    assert found == "f" * 64
    assert queries <= 4


def test_a_mark_that_lies_keeps_nobody_waiting_for_long(
    with_redis: str, file: UploadedFile, pool: ThreadPoolExecutor
) -> None:
    held = hold(file)
    with told([key_of(file)]):
        answer = asking(pool, file)
        give_back(held)  # and whoever should have told of it is dead
        assert len(answer.result()[0]) == 64


def test_what_a_dead_process_held_is_taken_over_though_its_mark_stands(
    with_redis: str, file: UploadedFile, pool: ThreadPoolExecutor
) -> None:
    hold(file)
    Rendition.objects.update(lease_until=timezone.now() + timedelta(seconds=0.5))
    with told([key_of(file)]):
        assert len(pool.submit(ask, file).result()[0]) == 64


@pytest.mark.parametrize("loss", [OwnRedis.kill, OwnRedis.hang])
def test_a_redis_that_is_lost_meanwhile_loses_no_waiter(
    own_redis: OwnRedis,
    file: UploadedFile,
    pool: ThreadPoolExecutor,
    loss: Callable[[OwnRedis], None],
    settings: Any,
) -> None:
    with ExitStack() as maker:
        hold(file)
        maker.enter_context(told([key_of(file)]))
        answer = asking(pool, file)
        settings.VITRINE_REDIS_TIMEOUT = 0.2
        loss(own_redis)
        finish(file)
        assert answer.result()[0] == "f" * 64


def test_without_redis_the_row_is_looked_at(
    file: UploadedFile, pool: ThreadPoolExecutor, settings: Any
) -> None:
    settings.REDIS_URL = ""
    hold(file)
    with told([key_of(file)]):
        answer = pool.submit(ask, file)
        time.sleep(0.2)
        finish(file)
        assert answer.result()[0] == "f" * 64


def test_making_leaves_no_mark(with_redis: str, file: UploadedFile) -> None:
    assert len(ask(file)[0]) == 64
    with reached() as redis:
        assert not list(redis.scan_iter(f"{named('making')}:*"))
