"""Celery has no time limit for a process that runs its tasks itself: that is ours."""

import time
from pathlib import Path

import pytest

from config.tests.engines.site import engine_settings, site

pytestmark = [pytest.mark.service, pytest.mark.timeout(300)]

SHORT = {"VITRINE_CELERY_TASK_LIMIT": "3", "VITRINE_CELERY_VISIBILITY": "7"}


def test_a_task_that_takes_too_long_ends_its_process_and_is_run_by_another(tmp_path: Path) -> None:
    with site(tmp_path, engine_settings("celery") | SHORT) as found:
        worker = found.start_worker()
        found.enqueue("wait_for_leave", "a")
        assert worker.wait(60) == 1
        assert "in wait_for_leave" in found.log()  # where it was
        assert found.left() == 1
        found.notes.let_go()
        time.sleep(7)  # until its message may be given to another
        found.start_worker()
        found.await_that(lambda: found.left() == 0)
        assert len(found.notes.done("ended", "a")) == 1


def test_what_hangs_beside_the_messages_ends_its_process_and_they_go_on(tmp_path: Path) -> None:
    with site(tmp_path, engine_settings("celery") | SHORT) as found:
        found.enqueue("hang", "a")
        for _ in range(2):  # so often a task may end its worker
            assert found.start_worker().wait(60) == 1
        assert "in hang" in found.log()
        found.start_worker()
        found.enqueue("note", "after")
        found.await_that(lambda: found.notes.done("after"))
        assert len(found.notes.done("a")) == 2
