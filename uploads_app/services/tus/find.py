"""An upload by its id, for its owner alone."""

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.errors import Gone, NotFound
from uploads_app.models import TusUpload


def own(owner: AbstractBaseUser, upload_id: UUID) -> TusUpload:
    """An upload of this person, whatever became of it. Raises NotFound; another's is as absent."""
    row = TusUpload.objects.filter(pk=upload_id, owner=owner.pk).first()
    if row is None:
        raise NotFound()
    return row


def usable(owner: AbstractBaseUser, upload_id: UUID) -> TusUpload:
    """The same, if it is a file or may become one. Raises Gone as well."""
    row = own(owner, upload_id)
    require_usable(row)
    return row


def anew(row: TusUpload) -> TusUpload:
    """An upload as it is by now. Raises NotFound when it is gone with its account."""
    found = TusUpload.objects.filter(pk=row.pk).first()
    if found is None:
        raise NotFound()
    return found


def require_usable(row: TusUpload) -> None:
    """Raises Gone for an upload that was refused, ended or is over, NotFound for one of an account that ended."""
    now = TusUpload.objects.filter(pk=row.pk)
    if now.filter(state=TusUpload.State.DONE).exists() or now.under_way().exists():
        return
    if not now.exists():
        raise NotFound()
    raise Gone("This upload is over. Begin another one.")
