"""What whoever enqueues a task may rely on, whichever engine carries it."""

import os
import signal
import time

import pytest

from config.tests.engines.site import Site, kill

pytestmark = [pytest.mark.service, pytest.mark.timeout(300)]


def test_a_task_is_run_once(on_engine: Site) -> None:
    on_engine.start_worker()
    on_engine.enqueue("note", "a")
    on_engine.await_that(lambda: on_engine.notes.done("a"))
    on_engine.await_that(lambda: on_engine.left() == 0)
    assert len(on_engine.notes.done("a")) == 1


def test_of_what_was_rolled_back_nothing_is_run(on_engine: Site) -> None:
    on_engine.start_worker()
    on_engine.enqueue("note", "never", then="transaction.set_rollback(True)")
    on_engine.enqueue("note", "later")
    on_engine.await_that(lambda: on_engine.notes.done("later"))
    on_engine.await_that(lambda: on_engine.left() == 0)
    assert on_engine.notes.done("never") == []


def test_what_fails_is_tried_again_and_given_up_in_the_end(on_engine: Site) -> None:
    on_engine.start_worker()
    on_engine.enqueue("fail", "a")
    on_engine.await_that(lambda: len(on_engine.notes.done("a")) == 2)
    on_engine.await_that(lambda: on_engine.left() == 0)
    on_engine.enqueue("note", "after")
    on_engine.await_that(lambda: on_engine.notes.done("after"))
    assert len(on_engine.notes.done("a")) == 2


def test_the_task_of_a_killed_worker_is_run_by_another(on_engine: Site) -> None:
    first = on_engine.start_worker()
    on_engine.enqueue("wait_for_leave", "a")
    on_engine.await_that(lambda: on_engine.notes.done("begun", "a"))
    kill(first)
    on_engine.start_worker()
    on_engine.await_that(lambda: len(on_engine.notes.done("begun", "a")) == 2)
    on_engine.notes.let_go()
    on_engine.await_that(lambda: on_engine.left() == 0)
    one, other = on_engine.notes.done("begun", "a")
    assert on_engine.notes.done("ended", "a") == [other]
    assert one != other


def test_a_task_that_ends_every_worker_is_given_up(on_engine: Site) -> None:
    on_engine.enqueue("end_the_worker", "a")
    for _ in range(2):
        assert on_engine.start_worker().wait(60) == -signal.SIGKILL
    on_engine.start_worker()
    on_engine.await_that(lambda: on_engine.left() == 0)
    assert len(on_engine.notes.done("a")) == 2
    on_engine.await_that(lambda: "was given up: 2 workers ended with it" in on_engine.log())


def test_a_stop_lets_the_task_under_way_end_and_takes_no_other(on_engine: Site) -> None:
    worker = on_engine.start_worker()
    on_engine.enqueue("wait_for_leave", "a")
    on_engine.await_that(lambda: on_engine.notes.done("begun", "a"))
    on_engine.enqueue("note", "b")
    os.killpg(worker.pid, signal.SIGTERM)
    on_engine.notes.let_go()
    assert worker.wait(30) == 0
    assert len(on_engine.notes.done("ended", "a")) == 1
    assert (on_engine.notes.done("b"), on_engine.left()) == ([], 1)

    on_engine.start_worker()
    on_engine.await_that(lambda: on_engine.notes.done("b"))
    assert len(on_engine.notes.done("begun", "a")) == 1


def test_a_second_signal_ends_it_at_once_and_the_task_is_run_later(on_engine: Site) -> None:
    worker = on_engine.start_worker()
    on_engine.enqueue("wait_for_leave", "a")
    on_engine.await_that(lambda: on_engine.notes.done("begun", "a"))
    worker.send_signal(signal.SIGTERM)
    while worker.poll() is None:
        worker.send_signal(signal.SIGTERM)
        time.sleep(0.1)
    assert worker.returncode == 128 + signal.SIGTERM
    on_engine.notes.let_go()
    on_engine.start_worker()
    on_engine.await_that(lambda: on_engine.notes.done("ended", "a"))


def test_two_workers_share_the_work_and_one_of_them_does_what_comes_round(on_engine: Site) -> None:
    for _ in range(2):
        on_engine.start_worker()
    on_engine.await_that(lambda: on_engine.notes.done("round"))
    words = [str(number) for number in range(30)]
    on_engine.enqueue("take_a_moment", *words)
    on_engine.await_that(lambda: all(on_engine.notes.done(word) for word in words))
    on_engine.await_that(lambda: on_engine.left() == 0)
    by = [on_engine.notes.done(word) for word in words]
    assert {len(times) for times in by} == {1}
    assert len({process for times in by for process in times}) == 2
    assert len(on_engine.notes.done("round")) == 1
