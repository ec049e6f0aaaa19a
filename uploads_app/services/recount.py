"""Counters of usage that differ from the files that they count, and bringing them back."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from uploads_app.models import StorageUsage, UploadedFile
from uploads_app.services.walking import by_pk, onward

_Lifecycle = UploadedFile.Lifecycle
# All that is counted, in parts that each have an index: of all files of a person there is none.
_COUNTED = (
    Q(lifecycle=_Lifecycle.READY),
    Q(lifecycle=_Lifecycle.PENDING),
    Q(lifecycle__in=[_Lifecycle.DELETED, _Lifecycle.FAILED]),
)


def drifted(most: int | None = None) -> Iterator[int]:
    """The people whose counter differs from their files, both seen at one moment.

    With `most` it looks at so many people, from where it ended before.
    """
    for batch in onward("usage.drifted", by_pk(StorageUsage.objects.values_list("pk")), most):
        rows = StorageUsage.objects.filter(pk__in=[owner for (owner,) in batch])
        rows = rows.annotate(true_files=_of_owner(Count("pk")), true_bytes=_of_owner(Sum("file_size")))
        wrong = rows.exclude(files=F("true_files"), bytes=F("true_bytes"))
        yield from wrong.order_by("pk").values_list("owner", flat=True)


def recount(owner: int) -> bool:
    """Counts again under the lock that uploads and purges of this person take; says whether it was wrong.

    While one of them has it, the counter is left for the next time.
    """
    with transaction.atomic():
        usage = StorageUsage.objects.select_for_update(skip_locked=True).filter(owner=owner).first()
        if usage is None:
            return False
        found = [
            UploadedFile.objects.filter(part, owner=owner).aggregate(
                files=Count("pk"), bytes=Sum("file_size")
            )
            for part in _COUNTED
        ]
        true = sum(one["files"] for one in found), sum(one["bytes"] or 0 for one in found)
        if (usage.files, usage.bytes) == true:
            return False
        usage.files, usage.bytes = true
        usage.save(update_fields=["files", "bytes"])
        return True


def _of_owner(counted: Count | Sum) -> Combinable:
    parts = [_of_part(part, counted) for part in _COUNTED]
    return parts[0] + parts[1] + parts[2]


def _of_part(part: Q, counted: Count | Sum) -> Coalesce:
    files: QuerySet[UploadedFile] = UploadedFile.objects.filter(part, owner=OuterRef("pk")).order_by()
    return Coalesce(Subquery(files.values("owner").annotate(n=counted).values("n")), 0)
