"""Mending what was found, by the services that do so anyway. Each step may be repeated after a crash.

No original is ever removed here but what a row says was deleted: what nobody names, and what is not as its
row tells, is set aside in quarantine/ for VITRINE_QUARANTINE_KEPT days. What is missing, and what lets
strangers in, is left to a person.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from uploads_app import visibility
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services import naming
from uploads_app.services.delete import TO_PURGE, abandon, purge
from uploads_app.services.fsck.findings import Finding, Kind
from uploads_app.services.namers import PUBLIC_COPIES
from uploads_app.services.publishing.withdraw import give_up_lost
from uploads_app.services.recount import recount
from uploads_app.services.rendering.changes import WAITING_AGAIN
from uploads_app.services.rendering.mend import forget_lost
from uploads_app.services.rendering.wake import wake
from uploads_app.storage.keys import quarantined_key
from uploads_app.storage.local import DurableLocalStorage
from uploads_app.storage.places import storage
from uploads_app.storage.s3_audit import AuditedS3

_Lifecycle = UploadedFile.Lifecycle


def repair(finding: Finding) -> bool:
    """Mends one finding; says whether it is as it should be now. Raises StorageAway, DatabaseError."""
    mend = _MENDERS.get(finding.kind)
    return mend is not None and mend(finding)


def _set_aside(finding: Finding) -> bool:
    to = quarantined_key(finding.key, timezone.now().date())
    storage(finding.storage).set_aside(finding.key, to)
    return True


def _corrupt(finding: Finding) -> bool:
    """A rendition is made again; an original is no more served, and missing until a backup gives it back."""
    if naming.namer(finding.by).remade:
        storage(finding.storage).remove(finding.key)
        return _rendition(finding)
    _set_aside(finding)
    return False


def _orphan(finding: Finding) -> bool:
    folder = finding.key.partition("/")[0]
    if naming.folders(finding.storage)[folder]:
        storage(finding.storage).remove(finding.key)
        return True
    return _set_aside(finding)


def _stale_pending(finding: Finding) -> bool:
    abandon(UploadedFile.objects.get(pk=finding.row))
    return _is_purged(finding)


def _zombie(finding: Finding) -> bool:
    file = UploadedFile.objects.get(pk=finding.row)
    if file.lifecycle in TO_PURGE:
        purge(file)
    elif file.lifecycle == _Lifecycle.PURGED:
        storage(finding.storage).remove(finding.key)
    return _is_purged(finding)


def _is_purged(finding: Finding) -> bool:
    return UploadedFile.objects.filter(pk=finding.row, lifecycle=_Lifecycle.PURGED).exists()


def _dangling(finding: Finding) -> bool:
    file_id = UUID(finding.row)
    with transaction.atomic():
        gone = UploadedFile.objects.select_for_update().filter(pk=file_id)
        if gone.exclude(lifecycle=_Lifecycle.READY).first():
            visibility.detach([file_id])
    return True


def _rendition(finding: Finding) -> bool:
    """Rows of lost bytes go, which lets their recipes be made anew; the file is on the list of work again.

    Of a public copy another is made, from its rendition.
    """
    if finding.by == "file":
        ready = UploadedFile.objects.filter(pk=finding.row, lifecycle=_Lifecycle.READY)
        ready.update(**WAITING_AGAIN)
        wake(UUID(finding.row))
    elif finding.by == PUBLIC_COPIES.by:
        give_up_lost(int(finding.row))
    elif row := Rendition.objects.filter(pk=finding.row).first():
        forget_lost(row.file_id, [row.pk])
        wake(row.file_id)
    return True


def _quota(finding: Finding) -> bool:
    recount(int(finding.row))
    return True


def _junk(finding: Finding) -> bool:
    if finding.storage:
        storage(finding.storage).remove(finding.key)
    else:
        (settings.VITRINE_SPOOL_DIR / finding.key).unlink(missing_ok=True)
    return True


def _meta(finding: Finding) -> bool:
    asked, rows = storage(finding.storage), naming.names_of([finding.key]).get(finding.key, ())
    for row in rows:
        if row.alias == finding.storage and isinstance(asked, AuditedS3):
            asked.restate(row.key, row.facts)
    return True


def _outside(finding: Finding) -> bool:
    """Modes are mended; links and odd names within our folders set aside; the rest may be somebody else's."""
    asked = storage(finding.storage)
    if finding.key.partition("/")[0] not in naming.folders(finding.storage):
        return False
    if finding.detail.startswith("mode") and isinstance(asked, DurableLocalStorage):
        asked.mend_mode(finding.key)
        return True
    return finding.detail in ("link", "odd name", "no file") and _set_aside(finding)


_MENDERS: dict[Kind, Callable[[Finding], bool]] = {
    Kind.CORRUPT: _corrupt,
    Kind.ORPHAN: _orphan,
    Kind.STALE_PENDING: _stale_pending,
    Kind.ZOMBIE: _zombie,
    Kind.DANGLING_REF: _dangling,
    Kind.RENDITION: _rendition,
    Kind.QUOTA_DRIFT: _quota,
    Kind.TMP_JUNK: _junk,
    Kind.META_DRIFT: _meta,
    Kind.OUTSIDE: _outside,
}
