"""Taking rows to work on them, where several processes look for work in the same rows."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet


def take(rows: QuerySet[Any], limit: int | None = None, **changes: Any) -> list[Any]:
    """Changes up to `limit` of the rows, in their order, and gives the keys of those that it changed.

    What somebody else's transaction holds right now is left out, so nobody waits. The `changes` must be such
    that a row is none of `rows` any more, so nobody takes the same. SQLite knows no locks of rows and needs
    none, as its writers come one after another.
    """
    with transaction.atomic():
        free = rows.select_for_update(
            skip_locked=True, no_key=True
        )  # whoever only refers to a row holds up nobody
        keys = list(free.values_list("pk", flat=True)[:limit])
        if keys:
            rows.model._default_manager.filter(pk__in=keys).order_by().update(**changes)
    return keys
