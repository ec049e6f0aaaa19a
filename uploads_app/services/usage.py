"""What a person keeps, for them to see."""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Count, QuerySet, Sum

from uploads_app.models import UploadedFile


def usage_of(owner: AbstractBaseUser) -> dict[str, Any]:
    """Files and bytes of a person's ready files, in all and by category, beside the quota in bytes."""
    rows = _by_category(owner)
    found = {row["category"]: {"files": row["files"], "bytes": row["bytes"]} for row in rows}
    by_category = {str(c): found.get(str(c), {"files": 0, "bytes": 0}) for c in UploadedFile.Category}
    return {
        "files": sum(part["files"] for part in by_category.values()),
        "bytes": sum(part["bytes"] for part in by_category.values()),
        "quota_bytes": settings.VITRINE_QUOTA_BYTES,
        "by_category": by_category,
    }


def _by_category(owner: AbstractBaseUser) -> QuerySet[UploadedFile, Any]:
    """A row for each category that occurs, read from the index `file_usage` alone."""
    ready = UploadedFile.objects.filter(owner=owner.pk, lifecycle=UploadedFile.Lifecycle.READY)
    return ready.order_by().values("category").annotate(files=Count("*"), bytes=Sum("file_size"))
