"""What was decided about pictures, and what their owners said to it. Rows are added, never changed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from uploads_app.models.reasons import Reason
from uploads_app.models.uploaded_file import UploadedFile


class ModerationEvent(models.Model):
    """One step in the history of a file: who, what, when, from which state to which, and on which picture."""

    class Action(models.TextChoices):
        APPROVE = "approve"
        REJECT = "reject"
        UNDO = "undo"  # of the decision before
        WITHHOLD = "withhold"  # hidden until reviewed
        RETURN = "return"  # approved, then changed: the approval was of another picture
        APPEAL = "appeal"
        HOLD = "hold"
        RELEASE = "release"
        BAN = "ban"
        LIFT_BAN = "lift_ban"
        TAKEDOWN = "takedown"
        EVIDENCE = "evidence"
        NOTE = "note"

    # Rows of files are never removed.
    file = models.ForeignKey(
        "uploads_app.UploadedFile",
        on_delete=models.RESTRICT,
        related_name="moderation_events",
        db_index=False,
    )
    # Null for what no person did, and once the account is gone; the name stays.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(max_length=150, blank=True)
    action = models.CharField(max_length=10, choices=Action)
    from_state = models.CharField(max_length=10, choices=UploadedFile.Moderation)
    to_state = models.CharField(max_length=10, choices=UploadedFile.Moderation)
    from_withheld = models.CharField(max_length=10, choices=UploadedFile.Withheld, blank=True)
    to_withheld = models.CharField(max_length=10, choices=UploadedFile.Withheld, blank=True)
    serial = models.PositiveIntegerField()  # of the file, after this step
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    sha256 = models.CharField(max_length=64)  # of the stored bytes that were decided on
    recipe = models.JSONField(default=dict, blank=True)  # how they were shown: {"edits": …, "crops": […]}
    evidence = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "moderation event"
        indexes: ClassVar = [
            models.Index(fields=["file", "id"], name="event_of_file"),
            models.Index(fields=["created_at", "action"], name="event_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.file_id}"


class Appeal(models.Model):
    """An owner's word against a rejection: one, until the picture has been approved again."""

    class State(models.TextChoices):
        OPEN = "open"
        GRANTED = "granted"
        DENIED = "denied"

    file = models.ForeignKey(
        "uploads_app.UploadedFile", on_delete=models.RESTRICT, related_name="appeals", db_index=False
    )
    text = models.TextField(max_length=1000)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["file"], condition=Q(state__in=["open", "denied"]), name="appeal_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["file", "id"], name="appeal_of_file")]

    def __str__(self) -> str:
        return f"{self.state} appeal for {self.file_id}"
