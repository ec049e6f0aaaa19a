"""What lies beside the keys: temporary files of the dead, strangers in the storage, and who may read it."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

from django.conf import settings

from uploads_app.services.fsck.findings import Finding, Kind
from uploads_app.services.naming import is_public
from uploads_app.storage.base import Listed
from uploads_app.storage.places import storage
from uploads_app.storage.s3_audit import AuditedS3

_ASKED = 20  # objects of a storage that a stranger asks for


class Sample:
    """A few keys of each storage, each as likely as any other, however many come by."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._kept: dict[str, list[str]] = {}

    def add(self, alias: str, key: str) -> None:
        seen = self._seen[alias] = self._seen.get(alias, 0) + 1
        kept = self._kept.setdefault(alias, [])
        if len(kept) < _ASKED:
            kept.append(key)
        elif (place := random.randrange(seen)) < _ASKED:
            kept[place] = key

    def of(self, alias: str) -> list[str]:
        return sorted(self._kept.get(alias, []))


def junk(grace: float) -> Iterator[Finding]:
    """Files of the spool that nothing has written to for `grace` seconds."""
    spool = settings.VITRINE_SPOOL_DIR
    if not spool.is_dir():
        return
    for entry in os.scandir(spool):
        try:
            changed = entry.stat(follow_symlinks=False).st_mtime
        except FileNotFoundError:
            continue
        if changed <= time.time() - grace and not entry.is_dir(follow_symlinks=False):
            yield Finding(Kind.TMP_JUNK, key=entry.name, detail="in the spool", changed=changed)


def strangers(alias: str, grace: float) -> Iterator[Finding]:
    """What lies at the top of a storage and is none of ours. Raises StorageAway."""
    for lies in storage(alias).strangers():
        if lies.changed <= time.time() - grace:
            yield _stranger(alias, lies)


def leaks(alias: str, keys: list[str]) -> Iterator[Finding]:
    """Those of the keys whose bytes an S3 gives to anybody, and its list if it does. Raises StorageAway."""
    asked = storage(alias)
    if not isinstance(asked, AuditedS3) or is_public(alias):
        return
    if asked.listed_to_anybody():
        yield Finding(Kind.LEAK, alias, detail="its list is told to anybody")
    for key in keys:
        if asked.read_by_anybody(key):
            yield Finding(Kind.LEAK, alias, key, detail="given to anybody")


def _stranger(alias: str, lies: Listed) -> Finding:
    return Finding(Kind.OUTSIDE, alias, lies.key, detail=lies.odd or "not ours", changed=lies.changed)
