"""`task`: Django's own from version 6 on, before it that of django-tasks, which became it."""

try:
    from django.tasks import task
except ImportError:
    from django_tasks import task  # type: ignore[no-redef]  # the same under its older name

__all__ = ["task"]
