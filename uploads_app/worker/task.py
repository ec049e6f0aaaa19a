"""`task`: Django's own from version 6 on, before it that of django-tasks, which became it."""

try:
    from django.tasks import task
except ImportError:
    from django_tasks import task

__all__ = ["task"]
