"""Copies of renditions that everybody may read, and whose copies are to be looked at."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class PublicCopy(models.Model):
    """One copy, by a key of its own, so that the key of what is private is never told.

    The row is there before the bytes, as with files, and outlives them: a takedown asks for every address
    that a file's bytes were ever served at.
    """

    class State(models.TextChoices):
        PENDING = "pending"  # somebody writes it; the bytes may be there
        OFFERED = "offered"  # people are sent there
        REMOVING = "removing"  # nobody is sent there any more; the bytes are going
        GONE = "gone"  # no byte is left, and the CDN was told

    file = models.ForeignKey(
        "uploads_app.UploadedFile", on_delete=models.RESTRICT, related_name="public_copies"
    )
    # Null once it is of the past: the rendition may then be removed, or be copied anew.
    rendition = models.OneToOneField(
        "uploads_app.Rendition", null=True, on_delete=models.SET_NULL, related_name="public_copy"
    )
    key = models.CharField(max_length=120, unique=True)  # of the storage s3_public
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    lease_until = models.DateTimeField(null=True, blank=True)  # until when its maker may write
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="public_copy_to_remove", condition=Q(state="removing")),
            models.Index(fields=["lease_until"], name="public_copy_pending", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return f"public copy {self.pk} of {self.file_id}"


class PublicityChange(models.Model):
    """A file of which others may see something else now: noted with the change, gone once copies follow it.

    No foreign key: a note may outlive its file, and is in nobody's way.
    """

    file_id = models.UUIDField()

    def __str__(self) -> str:
        return f"change {self.pk} of {self.file_id}"
