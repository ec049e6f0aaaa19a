"""A picture that comes in parts, by the tus protocol: each is kept, and what was cut off goes on from there."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from uploads_app.models.announced import AnnouncedUpload, Announcements
from uploads_app.storage.places import new_originals


class TusUpload(AnnouncedUpload):
    """Bytes before `offset` lie in its parts. It is `file_size` once there is a file, and never before.

    So whoever lost the answer to the last part is told to send that again, unless there is a file.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tus_uploads")
    offset = models.PositiveBigIntegerField(default=0)  # bytes
    # As its sender said it; forgotten once it has ended, as are the next three.
    metadata = models.TextField(blank=True)
    alt_text = models.CharField(max_length=300, blank=True)
    caption = models.CharField(max_length=1000, blank=True)
    uses = models.JSONField(default=dict, blank=True)  # what it is for, in the words of other rooms
    refusal = models.JSONField(null=True, blank=True)  # code and detail of the error that ended it

    objects = Announcements["TusUpload"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="tus_completing_is_held",
                condition=~Q(state="completing") | Q(claim__isnull=False, lease_until__isnull=False),
            ),
            models.CheckConstraint(name="tus_offset_within", condition=Q(offset__lte=F("file_size"))),
            models.CheckConstraint(
                name="tus_whole_is_done", condition=Q(state="done") | Q(offset__lt=F("file_size"))
            ),
        ]


class TusPart(models.Model):
    """Some bytes of an upload at a key of their own, which this row names before they are written there."""

    class State(models.TextChoices):
        WRITING = "writing"  # nobody counts on it yet, nor after a crash
        KEPT = "kept"  # durable, and counted in its upload's offset
        GOING = "going"  # another one has its bytes now

    upload = models.ForeignKey(TusUpload, on_delete=models.CASCADE, related_name="parts")
    start = models.PositiveBigIntegerField()  # bytes
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)  # hex
    storage = models.CharField(max_length=20, default=new_originals)  # alias in STORAGES
    key = models.CharField(max_length=60, unique=True)  # incoming/<uuid>
    state = models.CharField(max_length=10, choices=State, default=State.WRITING)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["upload", "start"], name="tus_one_part_kept_at", condition=Q(state="kept")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.size} bytes from {self.start}"
