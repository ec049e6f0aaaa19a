"""The queue of django-tasks-db, with what it leaves out: tasks of dead workers, and other tries.

The engine marks a task RUNNING for ever when its worker is killed, and one that raised as FAILED at once.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from uploads_app.locking import take
from uploads_app.models import WorkerBeat
from uploads_app.worker.task import for_its_request

logger = logging.getLogger(__name__)

Task = DBTaskResult[Any, Any]

_READY, _RUNNING, _FAILED = "READY", "RUNNING", "FAILED"


def claim(worker_id: str) -> Task | None:
    """The next task, marked as this worker's; None when there is none.

    Exclusive: on PostgreSQL by SKIP LOCKED, on SQLite because every transaction is.
    """
    with transaction.atomic():
        task: Task | None = DBTaskResult.objects.ready().get_locked()
        if task is not None:
            task.claim(worker_id)
        return task


def waiting_tasks() -> QuerySet[Task]:
    """Tasks that no worker has taken up yet, those to be tried again later included."""
    waiting: QuerySet[Task] = DBTaskResult.objects.filter(status=_READY)
    return waiting


def run(task: Task) -> None:
    """Runs a claimed task. One that raises is tried again later, up to VITRINE_TASK_ATTEMPTS times."""
    arguments = task.args_kwargs
    with for_its_request(arguments["kwargs"]):
        try:
            task.set_successful(task.task.call(*arguments["args"], **arguments["kwargs"]))
        except Exception as error:
            logger.exception("task %s failed", task.id)
            _try_again(task, error)


def requeue_of_the_dead() -> int:
    """Puts tasks back whose worker has given no sign of life for VITRINE_WORKER_LEASE; says how many."""
    living = set(
        WorkerBeat.objects.filter(
            beat_at__gt=Now() - timedelta(seconds=settings.VITRINE_WORKER_LEASE)
        ).values_list("pk", flat=True)
    )
    found = 0
    for task in DBTaskResult.objects.filter(status=_RUNNING):
        if not task.worker_ids or task.worker_ids[-1] not in living:
            found += _take_from_the_dead(task)
    return found


def prune() -> int:
    """Deletes rows of tasks that ended longer ago than VITRINE_TASKS_KEPT; says how many."""
    old = timezone.now() - timedelta(seconds=settings.VITRINE_TASKS_KEPT)
    return int(DBTaskResult.objects.filter(finished_at__lt=old).delete()[0])


def _take_from_the_dead(task: Task) -> int:
    """Conditional on the claim that was read: a worker that came back meanwhile keeps its task."""
    rows = DBTaskResult.objects.filter(pk=task.pk, status=_RUNNING, started_at=task.started_at)
    if len(task.worker_ids) >= settings.VITRINE_TASK_ATTEMPTS:
        logger.error("task %s was given up: %d workers ended with it", task.id, len(task.worker_ids))
        ended: dict[str, Any] = {"finished_at": timezone.now(), "exception_class_path": "", "traceback": ""}
        return len(take(rows, status=_FAILED, **ended))
    return len(take(rows, status=_READY, started_at=None))


def _try_again(task: Task, error: Exception) -> None:
    attempts = len(task.worker_ids)
    if attempts >= settings.VITRINE_TASK_ATTEMPTS:
        task.set_failed(error)
        return
    later: Any = timezone.now() + timedelta(seconds=2**attempts)
    DBTaskResult.objects.filter(pk=task.pk, status=_RUNNING).update(
        status=_READY, started_at=None, run_after=later
    )
