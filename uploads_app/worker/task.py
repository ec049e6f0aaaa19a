"""Tasks: Django's own API from version 6 on, before it that of django-tasks, which became it.

A task enqueued by `enqueue` takes the id of the request behind it along, among its arguments, so that it needs
nothing of the engine; the task's function never sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from uploads_app.observing import metrics
from uploads_app.observing.carried import carrying, request_id, sane

try:
    from django.tasks import task as _task
    from django.tasks.backends.base import BaseTaskBackend
    from django.tasks.base import Task, TaskResult, TaskResultStatus
    from django.tasks.signals import task_enqueued
except ImportError:  # the same under their older names
    from django_tasks import task as _task  # type: ignore[no-redef]  # one of the two
    from django_tasks.backends.base import BaseTaskBackend  # type: ignore[assignment]  # as above
    from django_tasks.base import Task, TaskResult, TaskResultStatus  # type: ignore[assignment]  # as above
    from django_tasks.signals import task_enqueued

__all__ = [
    "KEPT",
    "BaseTaskBackend",
    "Task",
    "TaskResult",
    "TaskResultStatus",
    "enqueue",
    "for_its_request",
    "task",
    "task_enqueued",
]

# The engine for tasks that are written down nowhere else: rows of the database, whatever carries the others.
KEPT = "kept"

_CARRIED = "_request_id"


def task(**options: Any) -> Callable[[Callable[..., None]], Any]:
    """Makes a task of a function, which is counted, and whose log lines tell the request behind it."""
    return lambda function: _task(**options)(_told(function))


def enqueue(one: Any, *args: Any) -> None:
    """Has a task run by a worker, for the request that is worked on now."""
    found = request_id()
    one.enqueue(*args, **({_CARRIED: found} if found else {}))


def for_its_request(arguments: Mapping[str, Any]) -> AbstractContextManager[None]:
    """What is done inside, of a task with these named arguments, is done for the request that enqueued it."""
    return carrying(sane(str(arguments.get(_CARRIED, ""))))


def _told(function: Callable[..., None]) -> Callable[..., None]:
    name = f"{function.__module__}.{function.__name__}"

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        with for_its_request(kwargs):
            kwargs.pop(_CARRIED, None)
            outcome = "error"
            try:
                function(*args, **kwargs)
                outcome = "ok"
            finally:
                metrics.tasks.labels(name, outcome).inc()

    return run
