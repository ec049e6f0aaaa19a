"""One stored picture: who it belongs to, where its bytes lie, and what was seen in them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from uploads_app.models.reasons import Reason
from uploads_app.storage.places import LOCAL, new_originals

_READY = Q(lifecycle="ready")


class UploadedFile(models.Model):
    """A picture and its three states, kept apart: lifecycle, moderation and rendering.

    The bytes are sanitised before they are stored and never change afterwards. A row that is `pending`
    names the key its bytes may already lie at, so a crash leaves nothing that nobody knows of.
    Rows outlive their bytes: a `purged` row is a tombstone without personal data.
    """

    class Category(models.TextChoices):
        PROFILE = "profile"
        GIG = "gig"
        GENERAL = "general"

    class Lifecycle(models.TextChoices):
        PENDING = "pending"  # the row is there, the bytes may be
        READY = "ready"  # bytes are durable, the picture may be used
        DELETED = "deleted"  # gone for everybody, bytes still to be removed
        FAILED = "failed"  # the upload ended badly, bytes still to be removed
        PURGED = "purged"  # no byte is left

    class Moderation(models.TextChoices):
        UNREVIEWED = "unreviewed"
        APPROVED = "approved"
        REJECTED = "rejected"

    class Withheld(models.TextChoices):
        """Why nobody but the owner and staff sees a file until staff have decided."""

        REPORTS = "reports"  # enough people reported it
        NEAR_COPY = "near_copy"  # it looks like a banned picture
        CHECK = "check"  # an automatic check wants a person to look
        APPEAL = "appeal"  # it was rejected, and its owner asks for another look

    class QueueRank(models.IntegerChoices):
        """Where a file stands in the queue of staff: whom waiting harms most comes first."""

        OUT = 0
        PLAIN = 1
        REPORTED = 2
        WITHHELD = 3
        APPEAL = 4

    class Rendering(models.TextChoices):
        WAITING = "waiting"  # a worker has to make the renditions
        DONE = "done"
        POISON = "poison"  # set aside: it killed its renderer

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Null only once the account is gone: what is left is a tombstone.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="uploaded_files",
        db_index=False,  # the list indexes below begin with it
    )
    category = models.CharField(max_length=10, choices=Category)

    lifecycle = models.CharField(max_length=10, choices=Lifecycle, default=Lifecycle.PENDING)
    moderation = models.CharField(max_length=10, choices=Moderation, default=Moderation.UNREVIEWED)
    withheld = models.CharField(max_length=10, choices=Withheld, blank=True, default="")
    legal_hold = models.BooleanField(default=False)  # hidden, and its bytes are kept whatever happens
    # Counts what happened to the four above, so that who decides on something old is told.
    moderation_serial = models.PositiveIntegerField(default=0)
    moderation_reason = models.CharField(max_length=10, choices=Reason, blank=True, default="")
    moderation_note = models.CharField(max_length=1000, blank=True, default="")  # words for the owner
    # Counts takedowns: links of an epoch before open nothing.
    share_epoch = models.PositiveIntegerField(default=0)
    reports_open = models.PositiveIntegerField(default=0)  # people who reported it since the last decision
    # Follows from the others (services.moderation.standing); a column so that the queue is read by an index.
    queue_rank = models.PositiveSmallIntegerField(choices=QueueRank, default=QueueRank.PLAIN)
    rendering = models.CharField(max_length=10, choices=Rendering, default=Rendering.WAITING)
    lease_until = models.DateTimeField(null=True, blank=True)  # of a pending row, by the database's clock
    deleted_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    storage = models.CharField(max_length=20, default=new_originals, db_default=LOCAL)  # alias in STORAGES
    file = models.ImageField(max_length=120, unique=True)  # its name is the storage key
    original_filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=20)
    file_size = models.PositiveBigIntegerField()  # bytes, as stored
    sha256 = models.CharField(max_length=64)  # hex, of the stored bytes
    width = models.PositiveIntegerField()  # px, upright
    height = models.PositiveIntegerField()
    orientation = models.PositiveSmallIntegerField(default=1)  # EXIF 1..8, of the stored bytes
    frames = models.PositiveSmallIntegerField(default=1)
    phash = models.BigIntegerField(default=0)  # 64 bits, as a signed integer
    placeholder = models.CharField(max_length=64, blank=True)  # ThumbHash, base64
    dominant_color = models.CharField(max_length=7, blank=True)  # "#rrggbb"
    removed_metadata = models.JSONField(default=list, blank=True)

    alt_text = models.CharField(max_length=300, blank=True)
    caption = models.CharField(max_length=1000, blank=True)
    focal_x = models.FloatField(null=True, blank=True)  # 0..1 of the upright picture
    focal_y = models.FloatField(null=True, blank=True)
    detected_x = models.FloatField(null=True, blank=True)  # where the eye falls, if the owner says nothing
    detected_y = models.FloatField(null=True, blank=True)
    edits = models.JSONField(default=dict, blank=True)  # uploads_app.edits; empty while there are none
    # What the edited picture looks like from afar; empty until it has been rendered.
    edited_placeholder = models.CharField(max_length=64, blank=True, default="")
    edited_color = models.CharField(max_length=7, blank=True, default="")
    # Counts changes that give other renditions, so that what was begun before one cannot end after it.
    revision = models.PositiveIntegerField(default=0)
    # A file that waits for renditions is left alone until then: claimed by a worker, or to be tried again.
    render_after = models.DateTimeField(null=True, blank=True)
    render_attempts = models.PositiveSmallIntegerField(default=0)
    render_deaths = models.PositiveSmallIntegerField(default=0)  # of decoders that had this picture
    # How often in a row they were late, which is laid to the machine a few times only.
    render_late = models.SmallIntegerField(default=0, db_default=0)
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "file"
        permissions: ClassVar = [
            ("decide_uploadedfile", "Can approve and reject files"),
            ("ban_uploadedfile", "Can ban pictures and lift bans"),
            ("hold_uploadedfile", "Can take files down and put them under legal hold"),
            ("see_reporters", "Can see who reported files"),
        ]
        indexes: ClassVar = [
            models.Index(
                F("owner"), F("uploaded_at").desc(), F("id").desc(), name="file_own_newest", condition=_READY
            ),
            models.Index(
                F("owner"),
                F("category"),
                F("uploaded_at").desc(),
                F("id").desc(),
                name="file_own_category_newest",
                condition=_READY,
            ),
            # What somebody keeps is summed up from it alone, however much that is.
            models.Index(fields=["owner", "category", "file_size"], name="file_usage", condition=_READY),
            models.Index(fields=["lease_until"], name="file_pending_lease", condition=Q(lifecycle="pending")),
            models.Index(
                fields=["deleted_at"], name="file_to_purge", condition=Q(lifecycle__in=["deleted", "failed"])
            ),
            models.Index(F("uploaded_at").desc(), F("id").desc(), name="file_newest"),
            models.Index(fields=["sha256"], name="file_same_bytes", condition=_READY),
            models.Index(
                fields=["uploaded_at"], name="file_to_render", condition=_READY & Q(rendering="waiting")
            ),
            models.Index(
                F("queue_rank").desc(),
                F("uploaded_at"),
                F("id"),
                name="file_queue",
                condition=_READY & Q(queue_rank__gt=0),
            ),
            models.Index(
                F("moderation"),
                F("uploaded_at").desc(),
                F("id").desc(),
                name="file_decided_newest",
                condition=_READY & Q(moderation__in=["approved", "rejected"]),
            ),
            # How somebody's files fared: of all that they have, only what is decided on or stands out.
            models.Index(
                fields=["owner", "moderation", "reports_open"],
                name="file_record",
                condition=_READY & ~Q(queue_rank=1),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="file_ready_has_owner", condition=~_READY | Q(owner__isnull=False)),
            models.CheckConstraint(
                name="file_withheld_is_unreviewed",
                condition=Q(withheld="") | Q(moderation="unreviewed"),
            ),
            models.CheckConstraint(
                name="file_pending_has_lease",
                condition=~Q(lifecycle="pending") | Q(lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="file_focal_point_inside",
                condition=Q(focal_x__isnull=True, focal_y__isnull=True)
                | Q(focal_x__gte=0, focal_x__lte=1, focal_y__gte=0, focal_y__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.original_filename or str(self.id)

    def get_absolute_url(self) -> str:
        """Where the bytes are served, as an absolute path."""
        return f"/api/upload/{self.pk}"

    @property
    def key(self) -> str:
        """The storage key: uploads/<category>/<uuid>.<ext>, written once and never reused."""
        return str(self.file.name)

    @property
    def shown_placeholder(self) -> str:
        """The ThumbHash of what everybody sees: never of what was cropped away."""
        return self.edited_placeholder if self.edits else self.placeholder

    @property
    def is_active(self) -> bool:
        return self.lifecycle == self.Lifecycle.READY
