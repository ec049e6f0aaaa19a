"""Banning a picture, so that nobody uploads it again, and lifting a ban."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import connection, transaction
from django.db.models.functions import Now

from uploads_app.errors import Conflict, NotFound, Unavailable
from uploads_app.models import BannedHash, BannedPicture, UploadedFile
from uploads_app.models.near_copies import parts_of
from uploads_app.services import decoding
from uploads_app.services.moderation.decide import check_reason
from uploads_app.services.moderation.history import record
from uploads_app.services.moderation.powers import Power, require
from uploads_app.services.moderation.standing import Action
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage

# Any number that nothing else in this database locks by.
_LOCK = 0x7669_7472_6261_6E73


def hashes_of(file: UploadedFile) -> frozenset[int]:
    """The unsigned hashes that copies of a file may have; none for a flat picture. For `ban`.

    Decodes the stored bytes in the sandbox, so call it outside of any transaction. Raises Unavailable when
    storage or decoders are away or the bytes are gone, ImageError when they cannot be read.
    """
    try:
        with storage(file.storage).local_copy(file.key) as source:
            return decoding.sandbox().hashes_of_copies(source, decoding.limits())
    except (FileNotFoundError, StorageAway) as error:
        raise Unavailable() from error


def ban(
    *, file: UploadedFile, hashes: Collection[int], by: AbstractUser, reason: str, note: str = ""
) -> BannedPicture:
    """Bans the picture of a file that the caller has locked, in the caller's transaction; late in it, since
    uploads wait for its end.

    From then on an upload either is refused or withheld for it, or was ready before and is among its
    `present_copies`. The same bytes are banned once: again, the standing ban comes back as it is. Raises
    PermissionDenied, Invalid for a reason that is not on the list.
    """
    require(by, Power.BAN, file)
    check_reason(reason)
    _keep_uploads_out()
    made, new = BannedPicture.objects.get_or_create(
        sha256=file.sha256,
        lifted_at=None,
        defaults={
            "file": file, "reason": reason, "note": note,
            "banned_by_id": by.pk, "banned_by_name": by.get_username(),
        },
    )  # fmt: skip
    if new:
        BannedHash.objects.bulk_create(BannedHash(ban=made, **parts_of(one)) for one in sorted(hashes))
        record(file, Action.BAN, actor=by, reason=reason, note=note, evidence={"ban": made.pk})
    return made


def lift(*, ban_id: int, by: AbstractUser, note: str = "") -> BannedPicture:
    """Ends a ban. Files that were refused or withheld for it stay so until they are decided on.

    Raises PermissionDenied, also for the ban of one's own file, NotFound, Conflict when it was lifted before.
    """
    require(by, Power.BAN)
    with transaction.atomic():
        found = BannedPicture.objects.filter(pk=ban_id).first()
        if found is None:
            raise NotFound()
        # The file first, as everybody locks: who bans holds it when the ban is written.
        file = UploadedFile.objects.select_for_update(of=("self",)).filter(bans=found.pk).first()
        require(by, Power.BAN, file)
        standing = BannedPicture.objects.filter(pk=ban_id, lifted_at__isnull=True)
        if not standing.update(lifted_at=Now()):
            raise Conflict("This ban was lifted before.")
        found.hashes.all().delete()
        if file is not None:
            record(file, Action.LIFT_BAN, actor=by, note=note, evidence={"ban": found.pk})
    found.refresh_from_db()
    return found


def standing_ban(file: UploadedFile) -> BannedPicture | None:
    """The ban of a file's bytes, whichever file it was made with; None when there is none."""
    return BannedPicture.objects.filter(sha256=file.sha256, lifted_at__isnull=True).first()


def lift_of(*, file_id: UUID, by: AbstractUser, note: str = "") -> BannedPicture:
    """Ends the ban of a file's bytes. Raises what `lift` raises, Conflict when there is none."""
    require(by, Power.BAN)
    file = UploadedFile.objects.filter(pk=file_id).first()
    if file is None:
        raise NotFound()
    require(by, Power.BAN, file)
    ban = standing_ban(file)
    if ban is None:
        raise Conflict("This picture is not banned.")
    return lift(ban_id=ban.pk, by=by, note=note)


def wait_for_bans() -> None:
    """For an upload about to be ready, in its transaction: bans under way commit first, new ones wait."""
    _lock("pg_advisory_xact_lock_shared")


def _keep_uploads_out() -> None:
    """Waits for uploads that have looked at the bans and are not ready yet, and holds up those that come."""
    _lock("pg_advisory_xact_lock")


def _lock(function: str) -> None:
    """Until the end of the transaction. SQLite has one writer at a time, which does the same."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_LOCK])
