"""What every picture has that was announced before its bytes came, whatever way they come."""

import uuid
from typing import Any, Self, TypeVar

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from uploads_app.models.uploaded_file import UploadedFile
from uploads_app.storage.places import new_originals

Row = TypeVar("Row", bound="AnnouncedUpload", covariant=True)


class Announcements(models.QuerySet[Row]):
    """Of moments, all by the database's clock."""

    def under_way(self) -> Self:
        """Those that may still become files."""
        return self.filter(Q(state="open", expires_at__gt=Now()) | Q(state="completing")).exclude(
            state="completing", lease_until__lte=Now(), expires_at__lte=Now()
        )

    def over(self) -> Self:
        """Those whose time is over, or whose account was switched off, whatever became of them.

        Accounts are a query of their own: by a join an UPDATE would judge rows as they were when it began.
        """
        off = get_user_model()._default_manager.filter(is_active=False)
        return self.filter(Q(expires_at__lte=Now()) | Q(owner__in=off))

    def unheld(self) -> Self:
        """Those that nobody completes: a completion that died holds one until its lease is over."""
        return self.filter(Q(state="open") | Q(state="completing", lease_until__lte=Now()))


class AnnouncedUpload(models.Model):
    """Its id is that of the file it may become. All that is said of the bytes is what its owner announced."""

    class State(models.TextChoices):
        OPEN = "open"  # bytes are awaited, or have arrived
        COMPLETING = "completing"  # somebody makes a file of them, until the lease is over
        DONE = "done"  # there is a file of this id
        FAILED = "failed"  # refused, cancelled or expired

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    category = models.CharField(max_length=10, choices=UploadedFile.Category)
    filename = models.CharField(max_length=255, blank=True)  # forgotten once it has ended
    content_type = models.CharField(max_length=20)
    file_size = models.PositiveBigIntegerField()  # bytes

    storage = models.CharField(max_length=20, default=new_originals)  # alias in STORAGES
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    claim = models.UUIDField(null=True, blank=True)  # which completion holds it
    lease_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    # Each has an owner, whose other end has a name of its own.
    owner: Any
    owner_id: Any

    def __str__(self) -> str:
        return str(self.id)
