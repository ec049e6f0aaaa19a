"""A picture that was announced, whose bytes go straight to the storage before we have seen them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from uploads_app.models.uploaded_file import UploadedFile
from uploads_app.storage.places import new_originals


class DirectUploads(models.QuerySet["DirectUpload"]):
    """Of moments, all by the database's clock."""

    def under_way(self) -> "DirectUploads":
        """Those that may still become files."""
        return self.filter(Q(state="open", expires_at__gt=Now()) | Q(state="completing")).exclude(
            state="completing", lease_until__lte=Now(), expires_at__lte=Now()
        )

    def unheld(self) -> "DirectUploads":
        """Those that nobody completes: a completion that died holds one until its lease is over."""
        return self.filter(Q(state="open") | Q(state="completing", lease_until__lte=Now()))


class DirectUpload(models.Model):
    """Its id is that of the file it may become. All that is said of the bytes is what its owner announced.

    The bytes lie at a key of their own under incoming/, which becomes nobody's once the row has ended: what
    arrives there later is removed by the reconciler.
    """

    class State(models.TextChoices):
        OPEN = "open"  # bytes are awaited, or have arrived
        COMPLETING = "completing"  # somebody makes a file of them, until the lease is over
        DONE = "done"  # there is a file of this id
        FAILED = "failed"  # refused, cancelled or expired

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="direct_uploads"
    )
    category = models.CharField(max_length=10, choices=UploadedFile.Category)
    filename = models.CharField(max_length=255, blank=True)  # forgotten once it has ended
    content_type = models.CharField(max_length=20)
    file_size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)  # hex

    storage = models.CharField(max_length=20, default=new_originals)  # alias in STORAGES
    key = models.CharField(max_length=60, blank=True)  # incoming/<uuid>; empty once nothing is left there
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    claim = models.UUIDField(null=True, blank=True)  # which completion holds it
    lease_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DirectUploads.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="direct_one_per_key", condition=~Q(key="")),
            models.CheckConstraint(
                name="direct_completing_is_held",
                condition=~Q(state="completing") | Q(claim__isnull=False, lease_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
