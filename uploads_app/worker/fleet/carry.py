"""Running a task that Celery brought: once more when it fails, no more when it ends its workers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

from celery import Celery
from celery.exceptions import Reject
from django.apps import apps
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from uploads_app.redis.connection import RedisAway, named, reached
from uploads_app.worker.fleet.request import LoudRequest
from uploads_app.worker.fleet.send import keep
from uploads_app.worker.task import KEPT, Task
from uploads_app.worker.turn import Turn

logger = logging.getLogger(__name__)

AnyTask = Task[Any, Any]
_REMEMBERED = 24 * 3600  # seconds that deaths of a task's workers are


def register(app: Celery, turn: Turn) -> None:
    """Makes the tasks that are sent to Celery known to it, by their paths: it runs no others.

    So whoever may write to Redis can have renditions made, and no mails sent.
    """
    for task in _known():
        app.task(_runner(task, turn), name=task.module_path, bind=True, Request=LoudRequest)


def _known() -> Iterator[AnyTask]:
    for room in apps.get_app_configs():
        if module_has_submodule(room.module, "tasks"):
            doors = import_module(f"{room.name}.tasks")
            found = [one for one in vars(doors).values() if isinstance(one, Task)]
            yield from (one for one in found if one.backend != KEPT)


def _runner(task: AnyTask, turn: Turn) -> Any:
    def run(self: Any, *args: Any, **kwargs: Any) -> None:
        with turn.taken_for_a_message():
            close_old_connections()
            try:
                if not _ends_its_workers(self.request):
                    task.call(*args, **kwargs)
            except Exception as error:
                logger.exception("task %s failed", self.request.id)
                _try_again(self, task, error)
            finally:
                close_old_connections()

    return run


def _try_again(celery_task: Any, task: AnyTask, error: Exception) -> None:
    """Raises Celery's Retry; the error itself once it was tried VITRINE_TASK_ATTEMPTS times."""
    request, most = celery_task.request, settings.VITRINE_TASK_ATTEMPTS
    attempts = request.retries + 1
    pause = _pause(attempts)
    try:
        raise celery_task.retry(exc=error, countdown=pause, max_retries=most - 1)
    except Reject:  # Redis went away meanwhile
        later = timezone.now() + timedelta(seconds=pause)
        tried = ["celery"] * attempts
        keep(task, request.id, request.args, request.kwargs, run_after=later, worker_ids=tried)


def _pause(attempts: int) -> float:
    """Seconds. A message that waits counts as being worked on: for too long, and another worker is given it as well."""
    longest: float = settings.VITRINE_CELERY_VISIBILITY / 4
    return min(float(2**attempts), longest)


def _ends_its_workers(request: Any) -> bool:
    """Whether so many workers ended with this task that it is given up. Without Redis nobody knows."""
    if not request.delivery_info.get("redelivered"):
        return False
    try:
        with reached(settings.VITRINE_CELERY_BROKER) as redis:
            key = named("tasks", "redelivered", request.id, request.retries)
            times = redis.incr(key)
            redis.expire(key, _REMEMBERED)
    except RedisAway:
        return False
    if times < settings.VITRINE_TASK_ATTEMPTS:
        return False
    logger.error("task %s was given up: %d workers ended with it", request.id, times)
    return True
