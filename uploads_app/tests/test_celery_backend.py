"""The engine that hands tasks to Celery: what it sends and when, what it refuses, and what Redis cannot cost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.tests.own_redis import OwnRedis
from uploads_app.checks import NO_BROKER, SEEN_TOO_SOON, require_broker
from uploads_app.observing import metrics
from uploads_app.tests.factories import uploaded
from uploads_app.worker.fleet import app, send
from uploads_app.worker.task import KEPT, task
from users.models import User

Monkey = pytest.MonkeyPatch
Commit = Callable[..., Any]


@pytest.fixture
def celery(settings: Any, monkeypatch: Monkey) -> list[tuple[str, list[Any]]]:
    """Celery carries tasks; gives what was sent."""
    settings.VITRINE_TASKS = "celery"
    settings.VITRINE_CELERY_BROKER = "redis://127.0.0.1:1/0"
    settings.TASKS = settings.TASKS | {
        "default": {"BACKEND": "uploads_app.worker.fleet.backend.CeleryBackend"}
    }
    sent: list[tuple[str, list[Any]]] = []
    monkeypatch.setattr(send, "_publish", lambda path, _id, args, _kwargs: sent.append((path, args)))
    return sent


@task()
def note(word: str) -> None:
    """A task for these tests."""


def test_an_upload_is_told_to_celery_once_it_is_committed(
    owner: User, celery: list[Any], django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        file = uploaded(owner)
        assert celery == []
    assert celery == [("uploads_app.tasks.render", [str(file.pk)])]
    assert not DBTaskResult.objects.exists()


def test_nothing_is_sent_for_what_is_rolled_back(transactional_db: None, celery: list[Any]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        note.enqueue("a")
        raise RuntimeError
    assert celery == []
    note.enqueue("b")  # outside a transaction: at once
    assert [args for _, args in celery] == [["b"]]


def test_what_only_the_queue_knows_of_is_a_row_of_the_transaction_that_asked(
    transactional_db: None, celery: list[Any]
) -> None:
    from uploads_app.tasks import prove
    from users.tasks import send_reset_link

    with pytest.raises(RuntimeError), transaction.atomic():
        prove.enqueue(1)
        raise RuntimeError
    send_reset_link.enqueue("somebody@example.org", "https://example.org")
    assert [row.task_path for row in DBTaskResult.objects.all()] == ["users.tasks.send_reset_link"]
    assert celery == []


def test_what_is_to_run_later_is_a_row_until_then(db: None, celery: list[Any]) -> None:
    later = timezone.now() + timedelta(hours=1)
    note.using(run_after=later).enqueue("a")
    row = DBTaskResult.objects.get()
    assert (row.run_after, row.backend_name, row.args_kwargs["args"]) == (later, KEPT, ["a"])
    assert celery == []


def test_what_it_cannot_do_is_refused(db: None, celery: list[Any]) -> None:
    no_json: Any = object()
    for wish in ({"priority": 5}, {"queue_name": "other"}):
        with pytest.raises(Exception, match=r"priority|Queue"):
            note.using(**wish)
    with pytest.raises((TypeError, ValueError)):
        note.enqueue(no_json)
    with pytest.raises(NotImplementedError):
        note.get_result(note.enqueue("a").id)


def test_a_redis_that_is_away_makes_tasks_rows_and_is_asked_once(
    transactional_db: None, celery: list[Any], settings: Any, monkeypatch: Monkey, caplog: Any
) -> None:
    monkeypatch.undo()  # what this test is about
    settings.VITRINE_REDIS_REST = 60.0
    settings.VITRINE_CELERY_BROKER = "redis://127.0.0.1:1/7"  # which no other test has found to be away
    before = metrics.tasks_unsent.labels(kept="yes")._value.get()
    for word in ("a", "b"):
        note.enqueue(word)
    assert [row.args_kwargs["args"] for row in DBTaskResult.objects.all()] == [["a"], ["b"]]
    assert metrics.tasks_unsent.labels(kept="yes")._value.get() == before + 2
    assert caplog.text.count("is left alone") == 1


def test_without_redis_and_database_the_request_still_ends_well(
    transactional_db: None, celery: list[Any], monkeypatch: Monkey, caplog: Any
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise DatabaseError("gone")

    monkeypatch.undo()
    monkeypatch.setattr("django_tasks_db.backend.DatabaseBackend.enqueue", away)
    before = metrics.tasks_unsent.labels(kept="no")._value.get()
    note.enqueue("a")
    assert metrics.tasks_unsent.labels(kept="no")._value.get() == before + 1
    assert "neither sent nor kept" in caplog.text


def test_a_redis_that_hangs_holds_nobody_up(
    transactional_db: None,
    celery: list[Any],
    settings: Any,
    monkeypatch: Monkey,
    own_redis: OwnRedis,
    caplog: Any,
) -> None:
    monkeypatch.undo()
    settings.VITRINE_CELERY_BROKER = own_redis.url
    settings.VITRINE_REDIS_TIMEOUT, settings.VITRINE_REDIS_REST = 0.3, 60.0
    app.sender.cache_clear()
    try:
        note.enqueue("a")
        assert not DBTaskResult.objects.exists()
        own_redis.hang()
        note.enqueue("b")
        note.enqueue("c")
        assert [row.args_kwargs["args"] for row in DBTaskResult.objects.all()] == [["b"], ["c"]]
        assert caplog.text.count("is left alone (ConnectionError)") == 1  # the third did not ask it
    finally:
        own_redis.go_on()
        app.sender.cache_clear()


def test_without_a_broker_checks_and_starts_fail(settings: Any) -> None:
    settings.VITRINE_TASKS, settings.VITRINE_CELERY_BROKER = "celery", ""
    assert NO_BROKER in run_checks()
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        require_broker()
    settings.VITRINE_TASKS = "database"
    assert NO_BROKER not in run_checks()
    require_broker()


def test_a_limit_beyond_which_others_are_given_the_task_is_an_error(settings: Any) -> None:
    settings.VITRINE_TASKS, settings.VITRINE_CELERY_BROKER = "celery", "redis://127.0.0.1:1/0"
    settings.VITRINE_CELERY_TASK_LIMIT, settings.VITRINE_CELERY_VISIBILITY = 10.0, 20.0  # a wait, and a task
    assert SEEN_TOO_SOON in run_checks()
    settings.VITRINE_CELERY_VISIBILITY = 20.1
    assert SEEN_TOO_SOON not in run_checks()


@pytest.mark.parametrize(
    ("ours", "kombus"),
    [
        ("redis://:word@host:1/2", "redis://:word@host:1/2"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("unix://:word@/run/redis.sock?db=3", "redis+socket://:word@/run/redis.sock?virtual_host=3"),
    ],
)
def test_a_socket_is_written_as_kombu_does(ours: str, kombus: str) -> None:
    assert app._as_kombu_writes_it(ours) == kombus
