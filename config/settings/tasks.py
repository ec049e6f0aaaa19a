"""What carries tasks to workers: rows of the database, or Celery with Redis between them."""

from typing import Any

from environs import validate

from config.settings.vitrine import REDIS_URL, env

_positive = validate.Range(min=0, min_inclusive=False)

# database: the embedded engine, `manage.py worker`; celery: Celery workers, told of work by Redis.
VITRINE_TASKS: str = env.str(
    "VITRINE_TASKS", default="database", validate=validate.OneOf(["database", "celery"])
)
# The Redis between servers and Celery's workers, written as REDIS_URL is. It may be lost. A secret, when
# there is a password in it.
VITRINE_CELERY_BROKER: str = env.str(
    "VITRINE_CELERY_BROKER",
    default=REDIS_URL,
    validate=validate.Regexp(r"(rediss?|unix)://.+\Z|\Z"),
)
# How long a task, or what is done between tasks, may take before its worker process is ended, in seconds: longer than
# any that goes well.
VITRINE_CELERY_TASK_LIMIT: float = env.float("VITRINE_CELERY_TASK_LIMIT", default=240.0, validate=_positive)
# How long after a worker took a task another is given it, where nothing was heard of its end, in seconds.
# More than twice the limit: a task that was taken may wait for what is done between tasks.
VITRINE_CELERY_VISIBILITY: float = env.float("VITRINE_CELERY_VISIBILITY", default=600.0, validate=_positive)

_DATABASE = {"BACKEND": "django_tasks_db.DatabaseBackend"}
_CELERY = {"BACKEND": "uploads_app.worker.fleet.backend.CeleryBackend"}
TASKS: dict[str, Any] = {
    # What is written down elsewhere too: the queue only wakes a worker.
    "default": _CELERY if VITRINE_TASKS == "celery" else _DATABASE,
    # What nothing but the queue knows of: a row, whatever the engine.
    "kept": _DATABASE,
}
