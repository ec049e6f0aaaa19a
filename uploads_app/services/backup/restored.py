"""What a database that came from a backup knows of itself, and what is newer than it in the storage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Max, QuerySet
from django.db.models.functions import Now

from uploads_app.models import Backup, UploadedFile


@dataclass(frozen=True, slots=True)
class Kept:
    """Times of change (seconds since the epoch) between which bytes that no row names are kept."""

    windows: tuple[tuple[float, float], ...]

    def covers(self, changed: float) -> bool:
        return any(is_after(changed, first) and changed <= last for first, last in self.windows)


def is_after(changed: float, moment: float) -> bool:
    """Whether what changed then may have changed after a moment: an S3 tells whole seconds, rounded down."""
    return changed + 1 > moment


def last_known() -> datetime:
    """Until when this database knows what happened: to the backup it came from, else to its last change."""
    if backup := _unended().order_by("-began_at").first():
        return backup.began_at
    times = UploadedFile.objects.aggregate(Max("uploaded_at"), Max("deleted_at"), Max("purged_at"))
    return max((time for time in times.values() if time), default=datetime.fromtimestamp(0, UTC))


def kept() -> Kept:
    """What was newer than the backups that this database was restored from."""
    rows = Backup.objects.exclude(restored_at=None).values_list("began_at", "restored_at")
    return Kept(tuple((began.timestamp(), at.timestamp()) for began, at in rows if at is not None))


def note_restored(moment: datetime) -> None:
    """Remembers that the database is from `moment` and was restored until now; ends the hold it came with."""
    if not _unended().update(restored_at=Now(), held_until=Now()):
        Backup.objects.create(began_at=moment, held_until=Now(), restored_at=Now())


def _unended() -> QuerySet[Backup]:
    return Backup.objects.filter(ended_at=None, restored_at=None)
