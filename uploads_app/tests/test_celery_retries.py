"""A task that fails under Celery is tried again after longer each time, and never so late that Redis thinks it lost."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from celery.exceptions import Reject
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from uploads_app.tasks import render
from uploads_app.worker.fleet import carry


class FakeTask:
    """Celery's task with a message that was tried so often; notes what it is asked for."""

    def __init__(self, retries: int, *, redis_is_away: bool = False) -> None:
        self.request = SimpleNamespace(retries=retries, id="one", args=["a"], kwargs={})
        self.countdown = 0.0
        self._away = redis_is_away

    def retry(self, *, exc: Exception, countdown: float, **_: Any) -> Exception:
        self.countdown = countdown
        return Reject() if self._away else exc


@pytest.fixture(autouse=True)
def many_attempts(settings: Any) -> None:
    settings.VITRINE_TASK_ATTEMPTS, settings.VITRINE_CELERY_VISIBILITY = 20, 600.0


def countdown_after(retries: int) -> float:
    failed = FakeTask(retries)
    with pytest.raises(ValueError, match="odd"):
        carry._try_again(failed, render, ValueError("odd"))
    return failed.countdown


def test_each_pause_is_longer_until_it_is_a_part_of_what_redis_waits() -> None:
    assert [countdown_after(retries) for retries in (0, 1, 6, 7, 15)] == [2, 4, 128, 150, 150]


def test_so_it_is_where_redis_went_away_meanwhile(db: None) -> None:
    carry._try_again(FakeTask(15, redis_is_away=True), render, ValueError("odd"))
    later = DBTaskResult.objects.get().run_after
    assert timedelta(seconds=140) < later - timezone.now() <= timedelta(seconds=150)
