"""The worker: no task is lost with its worker, no work with the queue, and what comes round comes once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from uploads_app.images.recipes import Recipe
from uploads_app.models import PeriodicRun, Rendition, UploadedFile, WorkerBeat
from uploads_app.services import decoding
from uploads_app.services.rendering import work
from uploads_app.services.rendering.wake import wake
from uploads_app.services.rendering.wanted import wanted
from uploads_app.services.rendering.work_list import due
from uploads_app.tests.factories import uploaded
from uploads_app.tests.rendering_states import set_size
from uploads_app.worker import heart, periodic, queue
from uploads_app.worker.loop import Worker
from uploads_app.worker.task import task
from users.models import User
from users.tests.factories import UserFactory

Monkey = pytest.MonkeyPatch
calls: list[str] = []


@task()
def note(word: str) -> None:
    """A task for these tests."""
    calls.append(word)


@task()
def fail(word: str) -> None:
    """A task that never works."""
    calls.append(word)
    raise RuntimeError(word)


@pytest.fixture(autouse=True)
def no_calls(monkeypatch: Monkey, settings: Any) -> None:
    calls.clear()
    settings.VITRINE_WORKER_LEASE = 600  # no beat beside the test's own transaction
    monkeypatch.setattr(periodic, "_all", {})
    # The test's transaction lives in its connection.
    monkeypatch.setattr("uploads_app.worker.loop.close_old_connections", lambda: None)


def rows() -> list[str]:
    return list(DBTaskResult.objects.values_list("status", flat=True))


def test_a_task_is_run_once_and_its_row_says_so(db: None) -> None:
    note.enqueue("a")
    Worker().run(drain=True)
    assert (calls, rows()) == (["a"], ["SUCCESSFUL"])
    assert WorkerBeat.objects.count() == 0  # gone in order


def test_an_upload_wakes_a_worker_which_makes_its_set(
    owner: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        file = uploaded(owner)
    assert rows() == ["READY"]
    Worker().run(drain=True)
    file.refresh_from_db()
    assert (file.rendering, rows()) == ("done", ["SUCCESSFUL"])


def test_nothing_is_lost_with_the_rows_of_the_queue(owner: User) -> None:
    files = [uploaded(owner) for _ in range(3)]
    DBTaskResult.objects.all().delete()
    Worker().run(drain=True)
    assert due(10) == []
    assert Rendition.objects.filter(state="ready").count() == set_size() * len(files)


def test_a_queue_that_is_away_fails_no_upload(
    owner: User, django_capture_on_commit_callbacks: Callable[..., Any], monkeypatch: Monkey
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("django_tasks_db.backend.DatabaseBackend.enqueue", away)
    with django_capture_on_commit_callbacks(execute=True):
        file = uploaded(owner)
    assert due(10) == [file.pk]


def test_a_wake_that_was_rolled_back_vanishes(transactional_db: None) -> None:
    file = uploaded(UserFactory.create())
    DBTaskResult.objects.all().delete()
    with pytest.raises(RuntimeError), transaction.atomic():
        wake(file.pk)
        raise RuntimeError
    assert rows() == []


def test_a_task_of_a_dead_worker_is_run_by_another(db: None) -> None:
    note.enqueue("a")
    assert queue.claim("dead") is not None
    assert queue.claim("other") is None
    Worker().run(drain=True)
    assert (calls, rows()) == (["a"], ["SUCCESSFUL"])


def test_a_task_of_a_living_worker_is_left_to_it(db: None) -> None:
    note.enqueue("a")
    queue.claim("alive")
    heart.beat("alive")
    Worker().run(drain=True)
    assert (calls, rows()) == ([], ["RUNNING"])

    WorkerBeat.objects.update(beat_at=timezone.now() - timedelta(hours=1))
    Worker().run(drain=True)
    assert calls == ["a"]


def test_a_task_that_fails_is_tried_again_later_and_given_up_in_the_end(db: None, settings: Any) -> None:
    settings.VITRINE_TASK_ATTEMPTS = 3
    fail.enqueue("a")
    for attempt in (1, 2, 3):
        DBTaskResult.objects.update(run_after=timezone.now())
        Worker().run(drain=True)
        assert len(calls) == attempt
        if attempt < 3:
            row = DBTaskResult.objects.get()
            assert (row.status, row.run_after > timezone.now()) == ("READY", True)
    assert rows() == ["FAILED"]


def test_a_task_that_ends_every_worker_is_given_up(db: None, settings: Any) -> None:
    settings.VITRINE_TASK_ATTEMPTS = 2
    note.enqueue("a")
    for _ in range(2):
        queue.claim("dead")
        queue.requeue_of_the_dead()
    assert (calls, rows()) == ([], ["FAILED"])


def test_one_that_fails_does_not_keep_others_waiting(db: None) -> None:
    fail.enqueue("a")
    note.enqueue("b")
    Worker().run(drain=True)
    assert sorted(calls) == ["a", "b"]


def test_old_rows_of_finished_tasks_are_pruned(db: None) -> None:
    note.enqueue("old")
    note.enqueue("new")
    Worker().run(drain=True)
    first = DBTaskResult.objects.order_by("enqueued_at")[0]
    DBTaskResult.objects.filter(pk=first.pk).update(finished_at=timezone.now() - timedelta(days=2))
    note.enqueue("waiting")
    assert queue.prune() == 1
    assert sorted(rows()) == ["READY", "SUCCESSFUL"]


def test_a_worker_process_has_one_decoder(monkeypatch: Monkey, settings: Any) -> None:
    settings.VITRINE_SANDBOX_WORKERS = 4
    monkeypatch.setattr(decoding, "_sandbox", None)
    monkeypatch.setattr(decoding, "_workers", None)
    decoding.for_a_worker()
    assert decoding.sandbox()._workers == 1


def test_what_comes_round_is_done_at_once_then_when_it_is_due(db: None) -> None:
    periodic.register("x", lambda: 60, lambda: calls.append("x"))
    assert [periodic.run_due() for _ in range(3)] == [["x"], [], []]
    PeriodicRun.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    assert [periodic.run_due() for _ in range(2)] == [["x"], []]
    assert calls == ["x", "x"]


def test_what_fails_comes_round_again_and_holds_up_nothing(db: None) -> None:
    def broken() -> None:
        raise RuntimeError

    periodic.register("broken", lambda: 60, broken)
    periodic.register("x", lambda: 60, lambda: calls.append("x"))
    assert periodic.run_due() == ["broken", "x"]
    assert calls == ["x"]


def test_a_database_that_comes_back_finds_the_worker_waiting(db: None, monkeypatch: Monkey) -> None:
    note.enqueue("a")
    claim, faults = queue.claim, [OperationalError("gone"), OperationalError("still")]

    def unsteady(worker_id: str) -> Any:
        if faults:
            raise faults.pop()
        return claim(worker_id)

    monkeypatch.setattr(queue, "claim", unsteady)
    monkeypatch.setattr("uploads_app.worker.loop._AFTER_FAULT", 0.01)
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's transaction lives in it
    Worker().run(drain=True)
    assert calls == ["a"]


def test_a_fault_that_nobody_foresaw_holds_up_one_file_alone(owner: User, monkeypatch: Monkey) -> None:
    broken, file = (uploaded(owner) for _ in range(2))
    DBTaskResult.objects.all().delete()

    def unreadable(asked: UploadedFile) -> dict[str, Recipe]:
        if asked.pk == broken.pk:
            raise ValueError("a crop lies within its picture")
        return wanted(asked)

    monkeypatch.setattr(work, "wanted", unreadable)
    Worker().run(drain=True)
    assert dict(UploadedFile.objects.values_list("pk", "rendering")) == {
        broken.pk: "waiting",
        file.pk: "done",
    }
    assert due(10) == []  # it is tried again, later


def test_a_fault_in_the_loop_itself_does_not_end_the_worker(db: None, monkeypatch: Monkey) -> None:
    note.enqueue("a")
    claim, faults = queue.claim, [ValueError("odd"), DataError("too large")]

    def odd(worker_id: str) -> Any:
        if faults:
            raise faults.pop()
        return claim(worker_id)

    monkeypatch.setattr(queue, "claim", odd)
    monkeypatch.setattr("uploads_app.worker.loop._AFTER_FAULT", 0.01)
    Worker().run(drain=True)
    assert calls == ["a"]


def test_a_worker_that_is_told_to_stop_finishes_its_task_and_takes_no_other(
    db: None, monkeypatch: Monkey
) -> None:
    note.enqueue("a")
    note.enqueue("b")
    worker, run = Worker(), queue.run

    def told_meanwhile(one: Any) -> None:
        worker.stop()
        run(one)

    monkeypatch.setattr(queue, "run", told_meanwhile)
    worker.run()
    assert len(calls) == 1
    assert sorted(rows()) == ["READY", "SUCCESSFUL"]


@pytest.mark.django_db(transaction=True)
def test_no_task_is_run_twice_by_many_workers() -> None:
    for number in range(20):
        note.enqueue(str(number))
    periodic.register("x", lambda: 60, lambda: calls.append("x"))

    def work() -> None:
        try:
            Worker().run(drain=True)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(calls) == sorted([*map(str, range(20)), "x"])
    assert UploadedFile.objects.count() == 0
