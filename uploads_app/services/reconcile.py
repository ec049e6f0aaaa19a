"""Takes away what a crash left, and finishes what could not be finished: repeatable, at any time.

Works from rows wherever it can. The storage is listed as well, for bytes that came after their row was
given up; nothing is removed there that a row still names, nor anything young.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, Now

from uploads_app.models import StorageUsage, UploadedFile
from uploads_app.services import idempotency
from uploads_app.services.delete import TO_PURGE, purge
from uploads_app.services.direct import incoming
from uploads_app.services.direct.end import expire
from uploads_app.services.naming import Expected, folders, names_of
from uploads_app.services.rendering.mend import mend_renditions
from uploads_app.services.storage_check import in_use, require_storage
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.keys import whole_key
from uploads_app.storage.places import ORIGINALS, storage

logger = logging.getLogger(__name__)

_BATCH = 500
_Lifecycle = UploadedFile.Lifecycle


@dataclass(slots=True)
class Report:
    """What was found and mended. `missing` needs a person: nothing is changed there."""

    given_up: int = 0  # pending rows whose lease was over
    purged: int = 0  # rows whose bytes were still to be removed
    unpurged: int = 0  # of these, rows whose storage did not answer
    strays: list[str] = field(default_factory=list)  # objects that no living row names
    missing: list[str] = field(default_factory=list)  # ready rows without bytes, by id
    expired: int = 0  # direct uploads that nobody completed in time
    renditions: int = 0  # rows out of service that went, or that are to be made again
    temporaries: int = 0
    usage_mended: int = 0
    keys_forgotten: int = 0


def reconcile(*, grace: float | None = None, remake_all: bool = False) -> Report:
    """Mends everything once. `grace`: seconds a stray object or temporary file is left alone.

    Raises StorageAway when the storage is not there, before anything is done: what is not found then proves
    nothing. `remake_all` believes that all renditions are lost, which otherwise is taken for a fault too.
    """
    for alias in in_use():
        require_storage(alias)
    young = settings.VITRINE_ORPHAN_GRACE if grace is None else grace
    report = Report()
    report.given_up = _give_up_expired()
    _purge_leftovers(report)
    report.expired = expire()
    _remove_strays(report, young)
    report.strays += incoming.remove_strays(_originals_in_use())
    report.missing = _missing()
    report.temporaries = _remove_temporaries(max(young, 0))
    report.usage_mended = _mend_usage()
    report.keys_forgotten = idempotency.prune()
    report.renditions = mend_renditions(remake_all=remake_all)  # last, since it may refuse
    return report


def _give_up_expired() -> int:
    expired = UploadedFile.objects.filter(lifecycle=_Lifecycle.PENDING, lease_until__lte=Now())
    return expired.update(lifecycle=_Lifecycle.FAILED, deleted_at=Now(), lease_until=None)


def _purge_leftovers(report: Report) -> None:
    """Every deleted or failed row once; one whose storage does not answer does not hold up the others.

    What is under legal hold is meant to stay, and is no failure.
    """
    for file in UploadedFile.objects.filter(lifecycle__in=TO_PURGE, legal_hold=False).iterator(_BATCH):
        try:
            purge(file)
            report.purged += 1
        except StorageAway as error:
            logger.warning("purge of %s put off: %s", file.pk, error)
            report.unpurged += 1


def _remove_strays(report: Report, young: float) -> None:
    """Removes old objects that no row names but a purged one. A part of a living key is its writer's."""
    oldest = time.time() - young
    for alias in in_use():
        listed = chain.from_iterable(storage(alias).keys(folder) for folder in folders(alias))
        aged = (key for key, changed in listed if changed <= oldest)
        while batch := list(islice(aged, _BATCH)):
            named = _named([whole_key(key) for key in batch])
            for key in batch:
                if whole_key(key) not in named:
                    _remove_stray(alias, key, report)


def _originals_in_use() -> list[str]:
    return [alias for alias in in_use() if alias in ORIGINALS.values()]


def _named(keys: Sequence[str]) -> set[str]:
    """Those of the keys that a living row names, in whatever storage."""
    found = names_of(keys).items()
    return {key for key, rows in found if any(one.expected != Expected.NOTHING for one in rows)}


def _remove_stray(alias: str, key: str, report: Report) -> None:
    try:
        storage(alias).remove(whole_key(key))
        report.strays.append(key)
    except StorageAway as error:
        logger.warning("removal of stray %s put off: %s", key, error)


def _missing() -> list[str]:
    """Ready rows without bytes. Looked up again before it is said: a delete may have come between."""
    ready = UploadedFile.objects.filter(lifecycle=_Lifecycle.READY)
    rows = ready.values_list("pk", "storage", "file").iterator(_BATCH)
    absent = [pk for pk, alias, key in rows if not storage(alias).exists(key)]
    return [str(pk) for pk in ready.filter(pk__in=absent).values_list("pk", flat=True)] if absent else []


def _remove_temporaries(young: float) -> int:
    """Bodies and cleaned copies that a killed process left in the spool."""
    spool, removed = settings.VITRINE_SPOOL_DIR, 0
    if not spool.is_dir():
        return 0
    for path in spool.iterdir():
        try:
            if path.lstat().st_mtime <= time.time() - young:
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue
    return removed


def _mend_usage() -> int:
    """Brings every counter that differs from the files back to what they say, one person at a time."""
    counted = Q(owner__uploaded_files__isnull=False) & ~Q(owner__uploaded_files__lifecycle=_Lifecycle.PURGED)
    rows = StorageUsage.objects.annotate(
        true_files=Count("owner__uploaded_files", filter=counted),
        true_bytes=Coalesce(Sum("owner__uploaded_files__file_size", filter=counted), 0),
    ).exclude(files=F("true_files"), bytes=F("true_bytes"))
    return sum(_mend(owner) for owner in rows.values_list("owner", flat=True))


def _mend(owner: int) -> int:
    """Counts again under the lock that uploads and purges of this person take."""
    with transaction.atomic():
        usage = StorageUsage.objects.select_for_update().filter(owner=owner).first()
        if usage is None:
            return 0
        kept = UploadedFile.objects.filter(owner=owner).exclude(lifecycle=_Lifecycle.PURGED)
        true = kept.aggregate(files=Count("pk"), bytes=Coalesce(Sum("file_size"), 0))
        if (usage.files, usage.bytes) == (true["files"], true["bytes"]):
            return 0
        usage.files, usage.bytes = true["files"], true["bytes"]
        usage.save(update_fields=["files", "bytes"])
        return 1
