"""An upload in parts begins: judged by what is said of it, before a byte of it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from uploads_app.errors import FileTooLarge, NotAuthenticated
from uploads_app.images.errors import UnsupportedMediaType
from uploads_app.models import TusUpload
from uploads_app.services.direct.begin import ACCEPTED
from uploads_app.services.direct.room import require_room
from uploads_app.services.names import safe_name
from uploads_app.services.storage_check import require_storage
from uploads_app.services.tus import uses
from uploads_app.storage.places import new_originals

OnBegun = Callable[[TusUpload], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is said of a picture. `size` is in bytes; `metadata` is all of it in the words of its sender.

    `content_type` may be empty. Of one that is accepted, another accepted type may come: as in a form, where a
    name's ending is all that it is guessed by.
    """

    category: str
    filename: str
    content_type: str
    size: int
    metadata: str
    alt_text: str
    caption: str
    uses: dict[str, str]


def begin(*, owner: AbstractBaseUser, wanted: Wanted, on_begun: OnBegun | None = None) -> TusUpload:
    """Opens an upload of `owner`, good for VITRINE_TUS_TTL seconds.

    `on_begun` runs in the transaction that opens it. Raises UnsupportedMediaType, FileTooLarge,
    QuotaExceeded, Throttled with too many open ones, StorageAway, NotAuthenticated when the account is gone,
    and what a use refuses with.
    """
    if wanted.content_type and wanted.content_type not in ACCEPTED:
        raise UnsupportedMediaType()
    if wanted.size > settings.VITRINE_MAX_FILE_SIZE:
        raise FileTooLarge()
    uses.of(owner, wanted.category, wanted.uses)
    alias = new_originals()
    require_storage(alias, seen_is_enough=True)
    try:
        with transaction.atomic():
            require_room(owner, wanted.size, TusUpload)
            row = _open(owner, wanted, alias)
            if on_begun is not None:
                on_begun(row)
    except IntegrityError as error:
        raise NotAuthenticated("This account is no longer there.") from error
    return row


def _open(owner: AbstractBaseUser, wanted: Wanted, alias: str) -> TusUpload:
    row = TusUpload.objects.create(
        owner_id=owner.pk,
        category=wanted.category,
        filename=safe_name(wanted.filename),
        content_type=wanted.content_type,
        file_size=wanted.size,
        metadata=wanted.metadata,
        alt_text=wanted.alt_text,
        caption=wanted.caption,
        uses=wanted.uses,
        storage=alias,
        expires_at=Now() + timedelta(seconds=settings.VITRINE_TUS_TTL),
    )
    row.refresh_from_db(fields=["expires_at"])
    return row
