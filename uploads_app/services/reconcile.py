"""Takes away what a crash left, and finishes what could not be finished: repeatable, at any time.

Works from rows wherever it can. The storage is listed as well (services.strays), for bytes that came after
their row was given up. The command does all of it; as it comes round, what grows with the number of files is done a
part at a time (services.walking).
"""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from uploads_app.locking import take
from uploads_app.models import UploadedFile
from uploads_app.services import idempotency
from uploads_app.services.delete import TO_PURGE, purge
from uploads_app.services.direct import incoming
from uploads_app.services.direct.end import expire
from uploads_app.services.moving.removal import remove_copies_of_the_gone, remove_unfinished_of_the_gone
from uploads_app.services.recount import drifted, recount
from uploads_app.services.rendering.mend import make_lost_again
from uploads_app.services.rendering.retire import give_up_expired, remove_retired
from uploads_app.services.storage_check import in_use, require_storage
from uploads_app.services.strays import empty_quarantine, remove_strays
from uploads_app.services.tus import end as tus
from uploads_app.services.walking import by_pk, onward
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import ORIGINALS, storage
from uploads_app.storage.temporary import remove_old

logger = logging.getLogger(__name__)

_BATCH = 500
_FILES_EACH = 50  # of one person, that a part of people takes about as long as one of files
_Lifecycle = UploadedFile.Lifecycle


@dataclass(slots=True)
class Report:
    """What was found and mended. `missing` needs a person: nothing is changed there."""

    given_up: int = 0  # pending rows whose lease was over
    purged: int = 0  # rows whose bytes were still to be removed
    unpurged: int = 0  # of these, rows whose storage did not answer
    strays: list[str] = field(default_factory=list)  # left over, and removed
    unnamed: int = 0  # originals that no row tells of: kept, since they may be newer than a restored database
    missing: list[str] = field(default_factory=list)  # ready rows without bytes, by id
    expired: int = 0  # announced uploads that nobody completed in time
    renditions: int = 0  # rows out of service that went, or that are to be made again
    temporaries: int = 0
    usage_mended: int = 0
    keys_forgotten: int = 0


def reconcile(*, grace: float | None = None, remake_all: bool = False) -> Report:
    """Mends everything once. `grace`: seconds a stray object or temporary file is left alone.

    Raises StorageAway when the storage is not there, before anything is done: what is not found then proves
    nothing. `remake_all` believes that all renditions are lost, which otherwise is taken for a fault too.
    """
    young = settings.VITRINE_ORPHAN_GRACE if grace is None else grace
    report = Report()
    _require_storages()
    _finish(report, young)
    _compare(report, young, None, remake_all=remake_all)
    return report


def finish() -> None:
    """What comes round: what ended badly, which rows tell of. It costs what there is of that."""
    _require_storages()
    _finish(Report(), settings.VITRINE_ORPHAN_GRACE)


def compare_on() -> Report:
    """What comes round: compares the next VITRINE_COMPARE_ROWS of rows and stored bytes, however many there are."""
    report = Report()
    _require_storages()
    _compare(report, settings.VITRINE_ORPHAN_GRACE, settings.VITRINE_COMPARE_ROWS, remake_all=False)
    if report.missing:
        logger.error("%d ready files have lost their bytes: %s", len(report.missing), report.missing[:20])
    return report


def _require_storages() -> None:
    for alias in in_use():
        require_storage(alias)


def _finish(report: Report, young: float) -> None:
    report.given_up = _give_up_expired()
    _purge_leftovers(report)
    report.strays += remove_unfinished_of_the_gone()
    report.expired = expire() + tus.expire()
    report.strays += incoming.remove_strays(_originals_in_use())
    empty_quarantine()
    report.temporaries = remove_old(max(young, 0))  # of this machine: servers see to theirs as they start
    report.keys_forgotten = idempotency.prune()


def _compare(report: Report, young: float, most: int | None, *, remake_all: bool) -> None:
    """Everything, or with `most` the next part of each table and folder."""
    report.strays += remove_copies_of_the_gone(most)
    removed, report.unnamed = remove_strays(young, most)
    report.strays += removed
    report.missing = _missing(most)
    people = most and max(1, most // _FILES_EACH)
    report.usage_mended = sum(recount(owner) for owner in drifted(people))
    # Last, since it may refuse.
    report.renditions = give_up_expired() + remove_retired() + make_lost_again(most, remake_all=remake_all)


def _give_up_expired() -> int:
    expired = UploadedFile.objects.filter(lifecycle=_Lifecycle.PENDING, lease_until__lte=Now())
    return len(take(expired, lifecycle=_Lifecycle.FAILED, deleted_at=Now(), lease_until=None))


def _purge_leftovers(report: Report) -> None:
    """Every deleted or failed row once; one whose storage does not answer does not hold up the others.

    What is under legal hold is meant to stay, and is no failure. What another reconciler has begun to purge
    is its own for as long as an upload may take.
    """
    nobodys = Q(lease_until__isnull=True) | Q(lease_until__lte=Now())
    leftovers = UploadedFile.objects.filter(nobodys, lifecycle__in=TO_PURGE, legal_hold=False)
    for file in leftovers.iterator(_BATCH):
        if not take(leftovers.filter(pk=file.pk), lease_until=_lease()):
            continue
        try:
            purge(file)
        except StorageAway as error:
            logger.warning("purge of %s put off: %s", file.pk, error)
            report.unpurged += 1
        # What stays, as while a backup is made, is for whoever comes next.
        stays = UploadedFile.objects.filter(pk=file.pk, lifecycle__in=TO_PURGE).update(lease_until=None)
        report.purged += not stays


def _lease() -> Any:
    return Now() + timedelta(seconds=settings.VITRINE_UPLOAD_LEASE)


def _originals_in_use() -> list[str]:
    return [alias for alias in in_use() if alias in ORIGINALS.values()]


def _missing(most: int | None) -> list[str]:
    """Ready rows without bytes. Looked up again before it is said: a delete may have come between."""
    ready = UploadedFile.objects.filter(lifecycle=_Lifecycle.READY)
    rows = onward("files.missing", by_pk(ready.values_list("pk", "storage", "file")), most)
    absent = [pk for batch in rows for pk, alias, key in batch if not storage(alias).exists(key)]
    return [str(pk) for pk in ready.filter(pk__in=absent).values_list("pk", flat=True)] if absent else []
