"""The second look: nothing is reported that live traffic may have made look wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uploads_app.services import naming
from uploads_app.services.fsck.findings import Finding
from uploads_app.services.fsck.judge import judge
from uploads_app.services.fsck.walk import Pair
from uploads_app.services.naming import Named
from uploads_app.storage.keys import whole_key
from uploads_app.storage.places import storage


def confirmed(suspects: Sequence[Pair], oldest: float) -> Iterator[Finding]:
    """Of what seemed wrong, what is wrong by the rows of before and of after a look at the storage.

    One look alone is not enough in either order: a file that is deleted between row and storage looks lost,
    a rendition that is removed between storage and row looks like nobody's. Keys are never used again and
    their states go one way, so what is true of both ends is true in between. Raises StorageAway.
    """
    before = _names(suspects)
    lying = [storage(pair.alias).look(pair.key.rstrip("/")) for pair in suspects]
    after = _names(suspects)
    for pair, lies in zip(suspects, lying, strict=True):
        first, last = (
            judge(Pair(pair.alias, pair.key, lies, _of(pair, at)), oldest) for at in (before, after)
        )
        yield from (finding for finding in first if finding in last)


def _names(suspects: Sequence[Pair]) -> dict[str, list[Named]]:
    return naming.names_of([whole_key(pair.key) for pair in suspects])


def _of(pair: Pair, names: dict[str, list[Named]]) -> tuple[Named, ...]:
    return tuple(row for row in names.get(whole_key(pair.key), ()) if row.alias == pair.alias)
