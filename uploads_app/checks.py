"""What `manage.py check` asks about the engine of tasks, and what no process starts without."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

NO_BROKER = checks.Error(
    "VITRINE_TASKS=celery, and there is no Redis.",
    hint="Set REDIS_URL, or VITRINE_CELERY_BROKER to the Redis that is to carry tasks.",
    id="vitrine.E001",
)
SEEN_TOO_SOON = checks.Error(
    "VITRINE_CELERY_VISIBILITY is not more than twice VITRINE_CELERY_TASK_LIMIT: a task would be run twice at once.",
    hint="It waits for one other thing at most, which has the same limit. Leave a minute for the rest.",
    id="vitrine.E002",
)


@checks.register
def tasks_are_carried(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Errors where VITRINE_TASKS=celery cannot work."""
    if settings.VITRINE_TASKS != "celery":
        return []
    found: list[checks.CheckMessage] = [] if settings.VITRINE_CELERY_BROKER else [NO_BROKER]
    if settings.VITRINE_CELERY_VISIBILITY <= 2 * settings.VITRINE_CELERY_TASK_LIMIT:
        found.append(SEEN_TOO_SOON)
    return found


def require_broker() -> None:
    """For servers and workers, which start without checks. Raises ImproperlyConfigured."""
    if found := tasks_are_carried():
        raise ImproperlyConfigured(" ".join(f"{one.msg} {one.hint}" for one in found))
