"""Going through what is long, a part at a time: each part goes on where the one before ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet

from uploads_app.models import Walk

BATCH = 500

Item = TypeVar("Item")
Way = Callable[
    [str], Iterator[tuple[str, Item]]
]  # what comes after a place, in order, each with its own place


def onward(name: str, way: Way[Item], most: int | None) -> Iterator[list[Item]]:
    """The next `most` of what lies on the way, in batches; at its end the next part begins anew.

    A batch counts as done once the next is asked for: what raises in between is met again. Without `most` it is
    the whole way, from the beginning, and nothing is remembered.
    """
    after = "" if most is None else _place(name)
    items, left = way(after), most
    while left is None or left > 0:
        asked = BATCH if left is None else min(BATCH, left)
        batch = list(islice(items, asked))
        if batch:
            yield [item for _, item in batch]
        if len(batch) < asked:
            after = ""
        elif batch:
            after = batch[-1][0]
        if left is not None:
            Walk.objects.update_or_create(pk=name, defaults={"after": after})
            left -= len(batch)
        if not after:
            return


def by_pk(rows: QuerySet[Any, Any]) -> Way[Any]:
    """Tuples of `values_list`, the first of which is the primary key: by a query for every BATCH of them.

    No cursor is held open, so that none grows old, and the server keeps nothing aside meanwhile.
    """
    pk = rows.model._meta.pk

    def way(after: str) -> Iterator[tuple[str, Any]]:
        last = pk.to_python(after) if after else None
        while batch := list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:BATCH]):
            for row in batch:
                yield str(row[0]), row
            last = batch[-1][0]

    return way


def _place(name: str) -> str:
    return Walk.objects.filter(pk=name).values_list("after", flat=True).first() or ""
