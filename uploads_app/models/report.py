"""What people find wrong with pictures. Who said so is for staff alone."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from uploads_app.models.reasons import Reason


class Report(models.Model):
    """One person's word on one file, said once. It goes with the account of who said it."""

    # Rows of files are kept when their bytes go, and their reports with them.
    file = models.ForeignKey(
        "uploads_app.UploadedFile", on_delete=models.CASCADE, related_name="reports", db_index=False
    )
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    detail = models.TextField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "reporter"], name="report_once_per_person")
        ]
        indexes: ClassVar = [models.Index(fields=["created_at", "reason"], name="report_by_day")]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.reason}"
