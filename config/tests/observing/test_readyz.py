"""/readyz says 503 when something that is needed is not there, and which; real faults, each with its end."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from config.tests.own_redis import OwnRedis
from uploads_app.observing import readiness
from uploads_app.observing.asked_once import AskedOnce, TooSlow
from uploads_app.services import decoding
from uploads_app.storage.keys import MARK
from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def asked_anew(settings: Any) -> Iterator[None]:
    """Nothing is remembered from test to test, nor within one."""
    settings.VITRINE_READY_TTL = 0.0
    settings.VITRINE_READY_PATIENCE = 20.0
    readiness._asked.cache_clear()
    yield
    readiness._asked.cache_clear()


def ask() -> tuple[int, dict[str, str]]:
    answer = Client().get("/readyz", REMOTE_ADDR="127.0.0.1")
    return answer.status_code, answer.json()["parts"]


def test_all_is_well() -> None:
    status, parts = ask()
    assert (status, set(parts.values())) == (200, {"ok"})
    assert {"database", "migrations", "storage", "spool", "decoders"} <= set(parts)


def test_a_migration_that_was_not_applied() -> None:
    recorder = MigrationRecorder(connection)
    newest = max(recorder.migration_qs.filter(app="uploads_app").values_list("name", flat=True))
    recorder.record_unapplied("uploads_app", newest)
    try:
        status, parts = ask()
    finally:
        recorder.record_applied("uploads_app", newest)
    assert (status, parts["migrations"]) == (503, "1 not applied")
    assert ask()[0] == 200


def test_a_migration_of_a_newer_release_is_no_fault() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("uploads_app", "9999_newer")
    try:
        assert ask()[0] == 200
    finally:
        recorder.record_unapplied("uploads_app", "9999_newer")


def test_a_media_folder_that_is_not_mounted(media: Path, owner: User) -> None:
    FileFactory.create(owner=owner)
    (media / MARK).rmdir()
    status, parts = ask()
    assert (status, parts["storage"]) == (503, "local is not there, or not ours")
    (media / MARK).mkdir()
    assert ask()[0] == 200


def test_a_storage_that_nothing_was_put_into_yet_is_ready(media: Path) -> None:
    (media / MARK).rmdir()
    assert ask()[0] == 200


def test_an_s3_that_does_not_answer(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from uploads_app.storage.s3 import DurableS3Storage

    options = {"bucket_name": "b", "endpoint_url": "http://127.0.0.1:9", "region_name": "r"}
    options |= {"access_key": "canary-key", "secret_key": "canary-secret"}
    place = {"BACKEND": f"{DurableS3Storage.__module__}.DurableS3Storage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"s3": place, "s3_renditions": place}
    settings.VITRINE_S3_ATTEMPTS = 1
    settings.VITRINE_STORAGE = "s3"
    status, parts = ask()
    assert (status, parts["storage"]) == (503, "s3 does not answer")
    assert "canary" not in str(parts)


def test_a_spool_that_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.VITRINE_SPOOL_DIR = tmp_path / "file" / "spool"
    status, parts = ask()
    assert (status, parts["spool"]) == (503, "cannot be written to")


def test_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.utils import OperationalError

    def refuse(self: Any) -> None:
        raise OperationalError("could not connect to canary.example as canary")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
    status, parts = ask()
    assert (status, parts["database"]) == (503, "does not answer")
    assert "canary" not in str(parts)


def test_decoders_that_ended_are_started_again() -> None:
    decoding.warm_up()
    pool = decoding.sandbox()._pool
    assert pool is not None
    pool.stop()  # type: ignore[no-untyped-call]  # pebble has no types there
    pool.join()
    assert not decoding.sandbox().is_running()
    assert ask()[0] == 200
    assert decoding.sandbox().is_running()


def test_a_lost_redis_is_told_and_takes_nothing_out(own_redis: OwnRedis) -> None:
    assert ask() == (200, dict.fromkeys(ask()[1], "ok"))
    own_redis.kill()
    status, parts = ask()
    assert (status, parts["redis"]) == (200, "is away: the database serves")


def test_a_machine_that_is_to_be_stopped_gets_nothing_new(settings: Any, tmp_path: Path) -> None:
    settings.VITRINE_DRAIN_FILE = str(tmp_path / "drain")
    assert ask()[0] == 200
    Path(settings.VITRINE_DRAIN_FILE).touch()
    assert ask()[0] == 503


def test_who_hammers_it_asks_nobody_anything(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VITRINE_READY_TTL = 60.0
    asked = 0

    def count(*_: Any) -> None:
        nonlocal asked
        asked += 1

    monkeypatch.setattr(readiness, "_storage", count)
    for _ in range(50):
        assert ask()[0] == 200
    assert asked == 1


def asked_once(find: Callable[[], Any], patience: float) -> AskedOnce[Any]:
    return AskedOnce(find, good_for=lambda: 60.0, patience=lambda: patience)


def test_what_hangs_is_waited_for_briefly_and_by_one_thread() -> None:
    go_on, begun = threading.Event(), []

    def hang() -> str:
        begun.append(1)
        assert go_on.wait(30)
        return "found"

    asked = asked_once(hang, 0.01)
    for _ in range(5):
        with pytest.raises(TooSlow):
            asked.ask()
    assert len(begun) == 1
    go_on.set()
    for _ in range(500):
        try:
            assert asked.ask() == "found"
            return
        except TooSlow:
            time.sleep(0.01)
    raise AssertionError("it never answered")


def test_where_no_thread_can_be_had_the_next_who_asks_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    asked = asked_once(lambda: "found", 20.0)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError):
            asked.ask()
    assert asked.ask() == "found"


def test_what_fails_fails_for_everybody_until_it_is_asked_again() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    asked = asked_once(fail, 20.0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            asked.ask()
