"""Deleting: invisible at commit, then the bytes go, then the row says so. Repeatable from any point."""

import logging

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DatabaseError, transaction
from django.db.models import Exists, F, Q
from django.db.models.functions import Now

from uploads_app import visibility
from uploads_app.connecting import renew_connection
from uploads_app.errors import NotFound
from uploads_app.models import StorageUsage, UploadedFile
from uploads_app.services import idempotency
from uploads_app.services.backup.hold import under_way
from uploads_app.services.moderation import similar
from uploads_app.services.moving.removal import remove_copies
from uploads_app.services.publishing.changes import look_again
from uploads_app.services.publishing.withdraw import withdraw
from uploads_app.services.rendering.retire import remove_all
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.outside import after_commit
from uploads_app.storage.places import storage

logger = logging.getLogger(__name__)

_Lifecycle = UploadedFile.Lifecycle
TO_PURGE = (_Lifecycle.DELETED, _Lifecycle.FAILED)


def delete_file(file: UploadedFile) -> None:
    """Deletes a ready file: it is gone for everybody and out of every use when this returns.

    Its bytes go right after the commit (the caller's, if there is one); when the storage is away they stay
    for the reconciler.
    Raises NotFound when somebody else deleted it first.
    """
    with transaction.atomic():
        ready = UploadedFile.objects.select_for_update().filter(pk=file.pk, lifecycle=_Lifecycle.READY)
        if not ready.update(lifecycle=_Lifecycle.DELETED, deleted_at=Now()):
            raise NotFound()
        visibility.detach([file.pk])
        look_again([file.pk])
    after_commit(lambda: purge_quietly(file))


def mark_all_deleted(owner: AbstractBaseUser) -> list[UploadedFile]:
    """Deletes all files of a person whose account ends, within the caller's transaction.

    Returns them, for `purge_quietly` once the transaction has committed.
    """
    rows = (
        UploadedFile.objects.select_for_update().filter(owner=owner.pk).exclude(lifecycle=_Lifecycle.PURGED)
    )
    files = list(rows.order_by("pk"))  # the order in which everybody locks files
    ids = [file.pk for file in files]
    UploadedFile.objects.filter(pk__in=ids).update(
        lifecycle=_Lifecycle.DELETED, deleted_at=Now(), lease_until=None
    )
    visibility.detach(ids)
    look_again(ids)
    return files


def purge(file: UploadedFile) -> None:
    """Removes the bytes of a deleted or failed file, then marks it purged and gives the room back.

    Public copies and renditions go first. While there is a legal hold, or a backup is made, nothing else goes; the
    reconciler comes again. Raises StorageAway when the storage does not answer; the row then stays as it is.
    """
    withdraw(file.pk)  # where the CDN is not told, the rows of the copies stay, and the next round tells it
    # Read anew: until it was deleted it may have moved to another storage.
    free = UploadedFile.objects.filter(pk=file.pk).exclude(Q(legal_hold=True) | Exists(under_way()))
    if not (alias := free.values_list("storage", flat=True).first()):
        return
    remove_all(file)
    storage(alias).remove(file.key)
    remove_copies(file.key)
    with transaction.atomic():
        done = UploadedFile.objects.filter(pk=file.pk, lifecycle__in=TO_PURGE).update(
            lifecycle=_Lifecycle.PURGED,
            purged_at=Now(),
            lease_until=None,
            original_filename="",
            alt_text="",
            caption="",
            placeholder="",
            dominant_color="",
            phash=0,
            removed_metadata=[],
            focal_x=None,
            focal_y=None,
            detected_x=None,
            detected_y=None,
            edits={},
            edited_placeholder="",
            edited_color="",
        )
        if done:
            similar.forget(file)
            usage = StorageUsage.objects.filter(owner=file.owner_id)
            usage.update(files=F("files") - 1, bytes=F("bytes") - file.file_size)
            idempotency.forget_name(file)


def purge_quietly(*files: UploadedFile) -> None:
    """Purges what can be purged now; the reconciler takes the rest."""
    for file in files:
        try:
            purge(file)
        except (StorageAway, DatabaseError) as error:
            logger.warning("purge of %s put off: %s", file.pk, error)


def abandon(file: UploadedFile) -> None:
    """Takes back an upload that did not end well: row and bytes, as far as they go now.

    Does nothing to a file that is ready after all (an answer of the database that got lost). Raises
    nothing: what cannot be taken back now, the reconciler does once the lease is over.
    """
    try:
        renew_connection()
        # By its key, which nobody else ever has: another attempt may have the id by now (direct.attempts).
        own = UploadedFile.objects.filter(file=file.key)
        pending = own.filter(lifecycle=_Lifecycle.PENDING)
        pending.update(lifecycle=_Lifecycle.FAILED, deleted_at=Now(), lease_until=None)
        ended = own.exclude(lifecycle__in=[_Lifecycle.PENDING, _Lifecycle.READY])
        if row := ended.first():
            purge(row)
    except (StorageAway, DatabaseError) as error:
        logger.warning("upload %s could not be taken back yet: %s", file.pk, error)
