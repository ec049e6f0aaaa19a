"""Sending tasks to Redis, within the time that Redis is given; else they are rows, as with the other engine."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from kombu.exceptions import OperationalError

from uploads_app.observing import metrics
from uploads_app.redis.connection import RedisAway, reached
from uploads_app.worker.fleet.app import sender
from uploads_app.worker.task import KEPT, Task

logger = logging.getLogger(__name__)


def send(task: Task[Any, Any], task_id: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Hands a task to Celery, or has the database keep it. Never raises: what asked for it is committed."""
    try:
        _publish(task.module_path, task_id, args, kwargs)
    except RedisAway:
        keep(task, task_id, args, kwargs)


def keep(task: Task[Any, Any], task_id: str, args: list[Any], kwargs: dict[str, Any], **state: Any) -> None:
    """Makes a task a row, which any worker of either engine takes; `state` is what else its row says."""
    from django_tasks_db.models import DBTaskResult  # models are not there yet when tasks are made

    try:
        result = task.using(backend=KEPT).enqueue(*args, **kwargs)
        if state:
            DBTaskResult.objects.filter(pk=result.id).update(**state)
    except Exception:
        metrics.tasks_unsent.labels(kept="no").inc()
        logger.exception("task %s of %s was neither sent nor kept", task_id, task.module_path)
    else:
        metrics.tasks_unsent.labels(kept="yes").inc()
        logger.warning("task %s of %s was not sent: it is kept as %s", task_id, task.module_path, result.id)


def _publish(path: str, task_id: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Raises RedisAway."""
    with reached(settings.VITRINE_CELERY_BROKER):
        try:
            sender().send_task(path, args, kwargs, task_id=task_id, ignore_result=True)
        except OperationalError as error:
            raise ConnectionError from error
