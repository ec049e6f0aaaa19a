"""Whether stored bytes are those that their row tells of: reads them all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from uploads_app.services import naming
from uploads_app.services.fsck.findings import Finding, Kind
from uploads_app.services.fsck.walk import Pair
from uploads_app.services.naming import Expected, Named
from uploads_app.storage.places import storage
from uploads_app.storage.s3_audit import AuditedS3

_CHUNK = 1024 * 1024  # bytes


def examine(pair: Pair) -> Iterator[Finding]:
    """What is wrong with bytes that are there, and what an S3 says of them. Raises StorageAway.

    Looked at once more before it is said: the file may have been deleted meanwhile, or a read gone wrong.
    """
    for row in pair.named:
        for kind, detail in _wrong(row):
            if (kind, detail) in set(_wrong(row)) and _still_counted_on(row):
                changed = pair.listed.changed if pair.listed else 0.0
                yield Finding(kind, pair.alias, pair.key, row.by, row.pk, detail, changed)


def _wrong(row: Named) -> Iterator[tuple[Kind, str]]:
    if row.expected != Expected.BYTES or not row.facts.sha256:
        return
    try:
        if sha256_of(row.alias, row.key) != row.facts.sha256:
            yield Kind.CORRUPT, "another SHA-256"
    except FileNotFoundError:
        return
    asked = storage(row.alias)
    if isinstance(asked, AuditedS3):
        said = asked.content_type(row.key)
        if said is not None and said != row.facts.content_type:
            yield Kind.META_DRIFT, f"{said} instead of {row.facts.content_type}"


def sha256_of(alias: str, key: str) -> str:
    """Of the bytes at a key, in hex. Raises FileNotFoundError, StorageAway."""
    digest = hashlib.sha256()
    with storage(alias).open_stored(key) as stored:
        while chunk := stored.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _still_counted_on(row: Named) -> bool:
    return row in naming.names_of([row.key]).get(row.key, ())
