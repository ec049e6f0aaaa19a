"""What comes round is done beside the work: no render or stop waits for it, and one worker of all does it."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from uploads_app.models import PeriodicRun, UploadedFile, WorkerBeat
from uploads_app.tests.factories import uploaded
from uploads_app.worker import periodic
from uploads_app.worker.loop import Worker
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
Monkey = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch: Monkey, settings: Any) -> None:
    settings.VITRINE_WORKER_POLL = 0.02
    monkeypatch.setattr(periodic, "_all", {})
    monkeypatch.setattr("uploads_app.worker.rounds._LOOK_EVERY", 0.05)


def at_work(worker: Worker) -> threading.Thread:
    def work() -> None:
        try:
            worker.run()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


def test_renders_go_on_while_something_long_comes_round_and_a_stop_breaks_it_off(monkeypatch: Monkey) -> None:
    monkeypatch.setattr("uploads_app.worker.rounds._PATIENCE", 0.2)
    begun, end = threading.Event(), threading.Event()

    def long() -> None:
        begun.set()
        end.wait(60)

    periodic.register("long", lambda: 3600, long)
    worker = Worker()
    thread = at_work(worker)
    try:
        assert begun.wait(10)
        file = uploaded(UserFactory.create())
        assert within(20, lambda: UploadedFile.objects.get(pk=file.pk).rendering == "done")
        stopped = time.monotonic()
        worker.stop()
        thread.join(10)
        assert time.monotonic() - stopped < 2
        assert PeriodicRun.objects.get(pk="long").next_at <= timezone.now()  # for whoever works on
    finally:
        end.set()
    assert WorkerBeat.objects.count() == 0


def test_what_is_soon_done_is_finished_before_a_stop() -> None:
    begun, calls = threading.Event(), []

    def short() -> None:
        begun.set()
        time.sleep(0.3)
        calls.append("short")

    periodic.register("short", lambda: 3600, short)
    periodic.register("next", lambda: 3600, lambda: calls.append("next"))
    worker = Worker()
    thread = at_work(worker)
    assert begun.wait(10)
    worker.stop()
    thread.join(10)
    assert calls == ["short"]
    assert PeriodicRun.objects.get(pk="short").next_at > timezone.now() + timedelta(minutes=50)
    assert not PeriodicRun.objects.filter(pk="next").exists()


def test_many_workers_do_what_comes_round_once() -> None:
    calls: list[str] = []
    periodic.register("once", lambda: 3600, lambda: calls.append("once"))
    workers = [Worker() for _ in range(4)]
    threads = [at_work(worker) for worker in workers]
    assert within(10, lambda: bool(calls))
    time.sleep(0.5)
    for worker in workers:
        worker.stop()
    for thread in threads:
        thread.join(10)
    assert calls == ["once"]


def test_what_fails_ends_neither_the_rounds_nor_the_worker(monkeypatch: Monkey) -> None:
    calls: list[str] = []
    periodic.register("x", lambda: 0, lambda: calls.append("x"))
    run, faults = periodic.run_if_due, [ValueError("odd")]

    def odd(name: str) -> bool:
        if faults:
            raise faults.pop()
        return run(name)

    monkeypatch.setattr(periodic, "run_if_due", odd)
    worker = Worker()
    thread = at_work(worker)
    assert within(10, lambda: len(calls) > 1)
    worker.stop()
    thread.join(10)
