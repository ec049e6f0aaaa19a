"""A direct upload becomes a file: its bytes are fetched, and believed no more than those of any upload.

A process that dies at any point leaves an upload that can be completed once its lease is over, until it
expires.
"""

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.errors import Conflict, NotFound
from uploads_app.models import DirectUpload, UploadedFile
from uploads_app.services.access import own_file
from uploads_app.services.direct import claims
from uploads_app.services.direct.attempts import forget_attempt
from uploads_app.services.direct.fetch import NotSent, fetched
from uploads_app.services.direct.incoming import remove_quietly
from uploads_app.services.upload import upload

_State = DirectUpload.State


def complete(person: AbstractBaseUser, file_id: UUID) -> UploadedFile:
    """Makes a file of the bytes that arrived; again, it gives the same file.

    What is refused is removed for good, with the error that any upload would give, or Conflict for bytes that
    are not those announced. Raises NotFound for another's, a refused or an expired one; NotSent, Unavailable
    and StorageAway leave it to be tried again, as does Conflict while somebody else completes it.
    """
    row = DirectUpload.objects.filter(pk=file_id, owner=person.pk).first()
    if row is None:
        own_file(person, file_id)
        raise Conflict("This file is complete.")
    claim = claims.take(row)
    if claim is None:
        return _made_before(person, file_id)
    with claims.held(claim, lambda _: _end(claim, row), again=(NotSent,)), fetched(row) as spooled:
        forget_attempt(row)
        file = upload(
            owner=person,
            category=row.category,
            spooled=spooled,
            file_id=row.pk,
            on_ready=lambda _file: claims.settle(claim),
            way="direct",
        )
    remove_quietly(row)
    return file


def _made_before(person: AbstractBaseUser, file_id: UUID) -> UploadedFile:
    row = DirectUpload.objects.filter(pk=file_id).first()
    if row is not None and row.state == _State.DONE:
        return own_file(person, file_id)
    if row is not None and DirectUpload.objects.under_way().filter(pk=file_id).exists():
        raise Conflict("This upload is being completed; try again in a moment.")
    raise NotFound()


def _end(claim: claims.Claim, row: DirectUpload) -> None:
    claims.fail(claim)
    remove_quietly(row)
