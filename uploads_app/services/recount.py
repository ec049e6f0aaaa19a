"""Counters of usage that differ from the files that they count, and bringing them back."""

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from uploads_app.models import StorageUsage, UploadedFile

_PURGED = UploadedFile.Lifecycle.PURGED


def drifted() -> list[int]:
    """The people whose counter differs from their files: told by one query, which sees both at one moment."""
    counted = Q(owner__uploaded_files__isnull=False) & ~Q(owner__uploaded_files__lifecycle=_PURGED)
    rows = StorageUsage.objects.annotate(
        true_files=Count("owner__uploaded_files", filter=counted),
        true_bytes=Coalesce(Sum("owner__uploaded_files__file_size", filter=counted), 0),
    ).exclude(files=F("true_files"), bytes=F("true_bytes"))
    return list(rows.values_list("owner", flat=True))


def recount(owner: int) -> bool:
    """Counts again under the lock that uploads and purges of this person take; says whether it was wrong.

    While one of them has it, the counter is left for the next time.
    """
    with transaction.atomic():
        usage = StorageUsage.objects.select_for_update(skip_locked=True).filter(owner=owner).first()
        if usage is None:
            return False
        kept = UploadedFile.objects.filter(owner=owner).exclude(lifecycle=_PURGED)
        true = kept.aggregate(files=Count("pk"), bytes=Coalesce(Sum("file_size"), 0))
        if (usage.files, usage.bytes) == (true["files"], true["bytes"]):
            return False
        usage.files, usage.bytes = true["files"], true["bytes"]
        usage.save(update_fields=["files", "bytes"])
        return True
