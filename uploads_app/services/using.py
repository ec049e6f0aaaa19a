"""Taking files into use: for a profile, a gig, whatever comes."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.errors import Conflict, NotFound
from uploads_app.models import UploadedFile

_GONE = (UploadedFile.Lifecycle.DELETED, UploadedFile.Lifecycle.FAILED, UploadedFile.Lifecycle.PURGED)


def lock_for_use(
    owner: AbstractBaseUser, file_ids: Sequence[UUID], *, used: Collection[UUID] = ()
) -> list[UploadedFile]:
    """The owner's own ready files, in the order asked for, locked until the transaction ends.

    Those of `used` are in this use already: a rejected one among them may stay, hidden as it is.

    Must be called inside a transaction: the lock keeps a file from being deleted between this check and
    its use (on SQLite every transaction is exclusive, which does the same).

    Raises NotFound when one is absent or somebody else's, Conflict when one is not ready or was rejected.
    """
    rows = UploadedFile.objects.select_for_update().filter(pk__in=file_ids, owner=owner.pk).order_by("pk")
    files = {file.pk: file for file in rows if file.lifecycle not in _GONE}
    for file_id in file_ids:
        if file_id not in files:
            raise NotFound("There is no file of yours with this id.")
        if not files[file_id].is_active:
            raise Conflict("This file is not ready to be used.")
        rejected = files[file_id].moderation == UploadedFile.Moderation.REJECTED
        if rejected and file_id not in used:
            raise Conflict("This file was rejected by moderation and cannot be used.")
    return [files[file_id] for file_id in file_ids]
