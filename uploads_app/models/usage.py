"""What a person keeps, counted where the quota is enforced."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class StorageUsage(models.Model):
    """Bytes and files of one person that are not purged yet.

    One conditional UPDATE of this row both checks the quota and takes the room, so uploads at the same
    time cannot pass it together. The reconciler compares it with the files.
    """

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="storage_usage"
    )
    files = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "storage usage"
        constraints: ClassVar = [
            models.CheckConstraint(name="usage_not_negative", condition=Q(files__gte=0, bytes__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.files} files, {self.bytes} bytes"
