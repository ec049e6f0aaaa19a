"""A picture is announced: judged by what is said of it, before a byte of it is sent."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Count, Min, Sum
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from uploads_app.errors import FileTooLarge, NotAuthenticated, QuotaExceeded, Throttled
from uploads_app.images.errors import UnsupportedMediaType
from uploads_app.images.formats import ImageFormat
from uploads_app.models import DirectUpload, StorageUsage
from uploads_app.services.names import safe_name
from uploads_app.services.storage_check import require_storage
from uploads_app.storage.keys import new_incoming_key
from uploads_app.storage.places import new_originals

OnBegun = Callable[[DirectUpload], None]
_ACCEPTED = frozenset(each.content_type for each in ImageFormat)


@dataclass(frozen=True, slots=True)
class Announced:
    """What is said of a picture: size in bytes, SHA-256 in lower-case hex."""

    category: str
    filename: str
    content_type: str
    size: int
    sha256: str


def begin(*, owner: AbstractBaseUser, announced: Announced, on_begun: OnBegun | None = None) -> DirectUpload:
    """Opens a direct upload of `owner`, good for VITRINE_DIRECT_TTL seconds.

    `on_begun` runs in the transaction that opens it. Raises UnsupportedMediaType, FileTooLarge,
    QuotaExceeded, Throttled with too many open ones, StorageAway, NotAuthenticated when the account is gone.
    """
    if announced.content_type not in _ACCEPTED:
        raise UnsupportedMediaType()
    if announced.size > settings.VITRINE_MAX_FILE_SIZE:
        raise FileTooLarge()
    alias = new_originals()
    require_storage(alias, seen_is_enough=True)
    try:
        with transaction.atomic():
            _require_room(owner, announced.size)
            row = _open(owner, announced, alias)
            if on_begun is not None:
                on_begun(row)
    except IntegrityError as error:
        raise NotAuthenticated("This account is no longer there.") from error
    return row


def _require_room(owner: AbstractBaseUser, size: int) -> None:
    """Judges under the lock of the usage row, so that of several at once each sees the ones before.

    Nothing is taken: a file's room is taken when it is made. What is open is counted, so that nobody fills
    the storage with what they could never complete.
    """
    StorageUsage.objects.get_or_create(owner_id=owner.pk)
    usage = StorageUsage.objects.select_for_update().get(owner=owner.pk)
    going = DirectUpload.objects.filter(owner=owner.pk).under_way()
    found = going.aggregate(many=Count("pk"), bytes=Coalesce(Sum("file_size"), 0), soonest=Min("expires_at"))
    if found["many"] >= settings.VITRINE_DIRECT_OPEN:
        left = (found["soonest"] - timezone.now()).total_seconds()
        raise Throttled(max(1, math.ceil(left)))
    if usage.bytes + found["bytes"] + size > settings.VITRINE_QUOTA_BYTES:
        raise QuotaExceeded()


def _open(owner: AbstractBaseUser, announced: Announced, alias: str) -> DirectUpload:
    row = DirectUpload.objects.create(
        owner_id=owner.pk,
        category=announced.category,
        filename=safe_name(announced.filename),
        content_type=announced.content_type,
        file_size=announced.size,
        sha256=announced.sha256,
        storage=alias,
        key=new_incoming_key(),
        expires_at=Now() + timedelta(seconds=settings.VITRINE_DIRECT_TTL),
    )
    row.refresh_from_db(fields=["expires_at"])
    return row
