"""A picture that was announced, whose bytes go straight to the storage before we have seen them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from uploads_app.models.announced import AnnouncedUpload, Announcements


class DirectUpload(AnnouncedUpload):
    """The bytes lie at a key of their own under incoming/, which becomes nobody's once the row has ended: what
    arrives there later is removed by the reconciler.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="direct_uploads"
    )
    sha256 = models.CharField(max_length=64)  # hex
    key = models.CharField(max_length=60, blank=True)  # incoming/<uuid>; empty once nothing is left there

    objects = Announcements["DirectUpload"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="direct_one_per_key", condition=~Q(key="")),
            models.CheckConstraint(
                name="direct_completing_is_held",
                condition=~Q(state="completing") | Q(claim__isnull=False, lease_until__isnull=False),
            ),
        ]
