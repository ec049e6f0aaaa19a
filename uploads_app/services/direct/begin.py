"""A picture is announced: judged by what is said of it, before a byte of it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from uploads_app.errors import FileTooLarge, NotAuthenticated
from uploads_app.images.errors import UnsupportedMediaType
from uploads_app.images.formats import ImageFormat
from uploads_app.models import DirectUpload
from uploads_app.services.direct.room import require_room
from uploads_app.services.names import safe_name
from uploads_app.services.storage_check import require_storage
from uploads_app.storage.keys import new_incoming_key
from uploads_app.storage.places import new_originals

OnBegun = Callable[[DirectUpload], None]
ACCEPTED = frozenset(each.content_type for each in ImageFormat)


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
    if announced.content_type not in ACCEPTED:
        raise UnsupportedMediaType()
    if announced.size > settings.VITRINE_MAX_FILE_SIZE:
        raise FileTooLarge()
    alias = new_originals()
    require_storage(alias, seen_is_enough=True)
    try:
        with transaction.atomic():
            require_room(owner, announced.size, DirectUpload)
            row = _open(owner, announced, alias)
            if on_begun is not None:
                on_begun(row)
    except IntegrityError as error:
        raise NotAuthenticated("This account is no longer there.") from error
    return row


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
