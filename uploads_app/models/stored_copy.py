"""Bytes that lie at a second place, while an installation moves from one storage to another."""

import uuid
from typing import ClassVar

from django.db import models


class StoredCopy(models.Model):
    """The bytes of a key at the place that the row of its file or rendition does not name; one at most.

    The row is there before the bytes, so that a crash leaves nothing that nobody knows of. It is known by its
    key alone, which files and renditions never share: it outlives a rendition's row where bytes are left.
    """

    class State(models.TextChoices):
        PENDING = "pending"  # somebody writes, or began to; bytes may be there
        WHOLE = "whole"  # durable, and as the row of its file or rendition says
        LEFT_BEHIND = "left_behind"  # as whole, and older than what the row names since a switch
        REMOVING = "removing"  # the bytes are going

    key = models.CharField(max_length=120, primary_key=True)
    storage = models.CharField(max_length=20)  # alias in STORAGES
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    sha256 = models.CharField(max_length=64)  # hex, of the bytes that belong there
    size = models.PositiveBigIntegerField()  # bytes
    claim = models.UUIDField(default=uuid.uuid4)  # which run holds a pending or removing one
    lease_until = models.DateTimeField(null=True, blank=True)  # until when that run may touch the bytes
    left_at = models.DateTimeField(null=True, blank=True)  # when a switch left it behind

    class Meta:
        verbose_name_plural = "stored copies"
        indexes: ClassVar = [
            models.Index(fields=["storage", "state", "key"], name="copy_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.key} at {self.storage}"
