"""Remembers what was answered to an Idempotency-Key, so that a retry stores nothing twice."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class IdempotencyRecord(models.Model):
    """A person's key: claimed while the request runs, then holding the first answer.

    `claim` marks which attempt holds it; an attempt that lost its claim (its lease ran out and a retry
    took over) may not finish.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)  # SHA-256 of what was asked
    claim = models.UUIDField(default=uuid.uuid4)
    lease_until = models.DateTimeField()
    answer = models.JSONField(null=True, blank=True)  # null while the first request runs
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotency_one_per_key"),
        ]

    def __str__(self) -> str:
        return self.key
