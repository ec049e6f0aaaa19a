"""One size of one picture, made and stored."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from uploads_app.storage.places import LOCAL_RENDITIONS, new_renditions


class Rendition(models.Model):
    """A rendition by its recipe: claimed before its bytes are written, then ready, in the end retired.

    The row is there before the bytes and names their key, as with files, so that a crash leaves nothing that
    nobody knows of; it is also the lock that keeps two processes from rendering the same thing.
    """

    class State(models.TextChoices):
        PENDING = "pending"  # somebody holds the claim; the bytes may be there
        READY = "ready"
        RETIRED = "retired"  # no address leads here any more; kept a little for answers under way
        REMOVING = "removing"  # the bytes are going

    # The index of the constraint below serves the foreign key.
    file = models.ForeignKey(
        "uploads_app.UploadedFile", on_delete=models.RESTRICT, related_name="renditions", db_index=False
    )
    digest = models.CharField(max_length=20)  # of the recipe; the `v` of its address
    preset = models.CharField(max_length=10)
    format = models.CharField(max_length=4)  # the extension in its address
    # Digest of the crop that one use of the file has for itself; empty for the file's own renditions.
    variant = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    claim = models.UUIDField(default=uuid.uuid4)  # which attempt holds it; all zeros while it rests
    lease_until = models.DateTimeField(null=True, blank=True)  # until when its maker may write
    # How often this recipe alone failed.
    failures = models.PositiveSmallIntegerField(default=0)
    # How often in a row its decoder was late.
    late = models.SmallIntegerField(default=0, db_default=0)
    retired_at = models.DateTimeField(null=True, blank=True)
    storage = models.CharField(max_length=20, default=new_renditions, db_default=LOCAL_RENDITIONS)  # alias
    key = models.CharField(max_length=120, unique=True)  # of the storage
    width = models.PositiveIntegerField()  # px
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(default=0)  # bytes; known once ready
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "digest"], name="rendition_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["retired_at"],
                name="rendition_to_remove",
                condition=Q(state__in=["retired", "removing"]),
            ),
            models.Index(
                fields=["lease_until"], name="rendition_pending_lease", condition=Q(state="pending")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.preset}.{self.format} of {self.file_id}"
