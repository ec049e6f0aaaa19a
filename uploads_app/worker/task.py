"""Tasks: Django's own API from version 6 on, before it that of django-tasks, which became it."""

try:
    from django.tasks import task
    from django.tasks.backends.base import BaseTaskBackend
    from django.tasks.base import Task, TaskResult, TaskResultStatus
    from django.tasks.signals import task_enqueued
except ImportError:  # the same under their older names
    from django_tasks import task  # type: ignore[no-redef]
    from django_tasks.backends.base import BaseTaskBackend  # type: ignore[no-redef]
    from django_tasks.base import Task, TaskResult, TaskResultStatus  # type: ignore[no-redef]
    from django_tasks.signals import task_enqueued  # type: ignore[no-redef]

# The engine for tasks that are written down nowhere else: rows of the database, whatever carries the others.
KEPT = "kept"

__all__ = ["KEPT", "BaseTaskBackend", "Task", "TaskResult", "TaskResultStatus", "task", "task_enqueued"]
