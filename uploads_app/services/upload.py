"""The one way a picture gets in: checked, cleaned, reserved, stored, then ready.

A crash at any point leaves a complete file, or a pending row that names every byte that may be left.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from uploads_app.errors import NotAuthenticated, QuotaExceeded, Unavailable
from uploads_app.hashes import signed
from uploads_app.images.ingest import Ingested
from uploads_app.models import StorageUsage, UploadedFile
from uploads_app.observing import measuring, metrics
from uploads_app.services import decoding
from uploads_app.services.delete import abandon
from uploads_app.services.moderation import screen
from uploads_app.services.names import safe_name
from uploads_app.services.rendering.wake import wake
from uploads_app.services.spooling import Spooled
from uploads_app.services.storage_check import require_storage
from uploads_app.storage.errors import KeyTaken, StorageAway
from uploads_app.storage.facts import of_original
from uploads_app.storage.keys import new_key
from uploads_app.storage.places import storage
from uploads_app.storage.temporary import new_temporary

OnReady = Callable[[UploadedFile], None]


def upload(
    *,
    owner: AbstractBaseUser,
    category: str,
    spooled: Spooled,
    alt_text: str = "",
    file_id: UUID | None = None,
    on_ready: OnReady | None = None,
    way: str = "multipart",
) -> UploadedFile:
    """Takes a body in as a picture of `owner`; when this returns it is durable.

    `file_id` is the id it gets, where that was promised before. `on_ready` runs in the transaction that makes
    the file ready: what it raises undoes the upload. `way` is how the body came, of measuring.WAYS.
    A picture that an automatic check wants people to look at is taken in, hidden from others until they have.
    Raises ImageError for what is no acceptable picture, BannedImage for what a check refuses, QuotaExceeded,
    Unavailable; then nothing stays.
    """
    with measuring.uploading(way, spooled.size), _sanitised(spooled) as (found, clean):
        candidate = screen.candidate(owner, category, found, clean)
        verdict = screen.before_storing(candidate)
        file = _reserve(file_id or uuid4(), owner, category, spooled.name, alt_text, found)
        try:
            _store(file, clean)
            _make_ready(file, partial(screen.when_ready, file, candidate, verdict), on_ready)
        except BaseException:
            abandon(file)
            raise
    return file


@contextmanager
def _sanitised(spooled: Spooled) -> Iterator[tuple[Ingested, Path]]:
    clean = new_temporary()
    try:
        with measuring.decoding():
            found = decoding.sandbox().ingest(spooled.path, clean, decoding.limits())
        yield found, clean
    finally:
        clean.unlink(missing_ok=True)


def _reserve(
    file_id: UUID, owner: AbstractBaseUser, category: str, name: str, alt_text: str, found: Ingested
) -> UploadedFile:
    """Transaction 1: room in the quota and a pending row that names the key."""
    try:
        with transaction.atomic():
            _take_room(owner, found.size)
            return UploadedFile.objects.create(
                pk=file_id,
                owner_id=owner.pk,
                category=category,
                lease_until=Now() + timedelta(seconds=settings.VITRINE_UPLOAD_LEASE),
                file=new_key(category, found.format.extension),
                original_filename=safe_name(name),
                alt_text=alt_text,
                **_facts(found),
            )
    except IntegrityError as error:
        raise NotAuthenticated("This account is no longer there.") from error


def _take_room(owner: AbstractBaseUser, size: int) -> None:
    """Check and reservation in one UPDATE, so that uploads at the same time cannot pass it together."""
    StorageUsage.objects.get_or_create(owner_id=owner.pk)
    usage = StorageUsage.objects.filter(owner=owner.pk, bytes__lte=settings.VITRINE_QUOTA_BYTES - size)
    if not usage.update(files=F("files") + 1, bytes=F("bytes") + size):
        raise QuotaExceeded()


def _store(file: UploadedFile, clean: Path) -> None:
    try:
        require_storage(file.storage, seen_is_enough=True)
        storage(file.storage).write_once(file.key, clean, of_original(file))
        metrics.stored_bytes.labels("originals").inc(file.file_size)
    except (StorageAway, KeyTaken) as error:
        raise Unavailable() from error


def _make_ready(file: UploadedFile, screened: Callable[[], None], on_ready: OnReady | None) -> None:
    """Transaction 2: ready, only while the lease holds. The state `waiting` records the work to render."""
    Lifecycle = UploadedFile.Lifecycle
    with transaction.atomic():
        # By its key too: another attempt may have the id by now (direct.attempts).
        own = UploadedFile.objects.filter(pk=file.pk, file=file.key)
        held = own.filter(lifecycle=Lifecycle.PENDING, lease_until__gt=Now())
        if not held.update(lifecycle=Lifecycle.READY, lease_until=None):
            raise Unavailable("The upload took too long. Nothing was kept; try again.")
        file.lifecycle, file.lease_until = Lifecycle.READY, None
        screened()
        if on_ready is not None:
            on_ready(file)
        wake(file.pk)


def _facts(found: Ingested) -> dict[str, object]:
    return {
        "content_type": found.format.content_type,
        "file_size": found.size,
        "sha256": found.sha256,
        "width": found.width,
        "height": found.height,
        "orientation": found.orientation,
        "frames": found.frames,
        "phash": signed(found.phash),
        "placeholder": base64.b64encode(found.thumbhash).decode(),
        "dominant_color": found.dominant_color,
        "detected_x": found.focal.x,
        "detected_y": found.focal.y,
        "removed_metadata": sorted(found.removed),
    }
