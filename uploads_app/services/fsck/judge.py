"""What is wrong with one key, from what lies there and the rows that name it: logic alone, asks nobody."""

from __future__ import annotations

from collections.abc import Iterator

from uploads_app.services import naming
from uploads_app.services.fsck.findings import Finding, Kind
from uploads_app.services.fsck.walk import Pair
from uploads_app.services.naming import Expected, Named
from uploads_app.storage.base import Listed
from uploads_app.storage.keys import is_key, is_part

# What is being written is linked from its temporary name to its key: both names are one file for a moment.
_PASSING = "hard link"


def judge(pair: Pair, oldest: float) -> list[Finding]:
    """What is wrong at a key. What changed after `oldest` (seconds since the epoch) may be on its way."""
    return list(_judge(pair, oldest))


def _judge(pair: Pair, oldest: float) -> Iterator[Finding]:
    lies = pair.listed
    if lies and (lies.odd != _PASSING or lies.changed <= oldest):
        yield from _outside(pair, lies, oldest)
    if is_part(pair.key):
        if (
            lies
            and lies.changed <= oldest
            and not any(row.expected == Expected.PERHAPS for row in pair.named)
        ):
            yield _found(Kind.TMP_JUNK, pair, detail="beside its key")
        return
    for row in pair.named:
        if row.expected == Expected.BYTES:
            yield from _counted_on(pair, row)
    if lies and lies.is_plain and is_key(pair.key) and lies.changed <= oldest:
        yield from _left_over(pair)


def _counted_on(pair: Pair, row: Named) -> Iterator[Finding]:
    if pair.listed is None or not pair.listed.is_plain:
        remade = naming.namer(row.by).remade
        yield _found(Kind.RENDITION if remade else Kind.MISSING, pair, row, "lost" if remade else "")
    elif row.size is not None and pair.listed.size != row.size:
        yield _found(Kind.CORRUPT, pair, row, f"{pair.listed.size} bytes instead of {row.size}")


def _left_over(pair: Pair) -> Iterator[Finding]:
    if not pair.named:
        yield _found(Kind.ORPHAN, pair)
    elif all(row.expected == Expected.NOTHING for row in pair.named):
        yield _found(Kind.ZOMBIE, pair, pair.named[0], "still stored")


def _outside(pair: Pair, lies: Listed, oldest: float) -> Iterator[Finding]:
    if lies.odd:
        yield _found(Kind.OUTSIDE, pair, detail=lies.odd)
    elif not is_key(pair.key) and lies.changed <= oldest:
        yield _found(Kind.OUTSIDE, pair, detail="odd name")


def _found(kind: Kind, pair: Pair, row: Named | None = None, detail: str = "") -> Finding:
    changed = pair.listed.changed if pair.listed else 0.0
    by, pk = (row.by, row.pk) if row else ("", "")
    return Finding(kind, pair.alias, pair.key, by, pk, detail, changed)
