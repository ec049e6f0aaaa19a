"""The last bytes have come: all are put together, and believed no more than those of any upload.

A process that dies at any point leaves an upload whose last bytes are sent again once its lease is over.
"""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.errors import Conflict, VitrineError
from uploads_app.images.errors import ImageError
from uploads_app.models import TusPart, TusUpload, UploadedFile
from uploads_app.services.annotate import annotate
from uploads_app.services.direct import claims
from uploads_app.services.direct.attempts import forget_attempt
from uploads_app.services.spooling import Spooled
from uploads_app.services.tus import parts, uses
from uploads_app.services.tus.find import require_usable
from uploads_app.services.upload import upload

FORGOTTEN: dict[str, Any] = {"metadata": "", "alt_text": "", "caption": "", "uses": {}}


def complete(owner: AbstractBaseUser, row: TusUpload, tail: Spooled) -> UploadedFile:
    """Makes the file of the parts and these last bytes.

    What is refused ends the upload with the error that any upload would give, and nothing stays. Unavailable and
    StorageAway leave it to be tried again, as does Conflict while somebody else completes it.
    """
    claim = claims.take(row, offset=row.offset)
    if claim is None:
        require_usable(row)
        raise Conflict("This upload is being completed; try again in a moment.")
    before = parts.kept(row)
    with claims.held(claim, lambda error: _refuse(claim, error, before)):
        parts.require_all(before, row.offset)
        then = uses.of(owner, row.category, row.uses)
        with parts.joined(row.filename, before, tail) as spooled:
            forget_attempt(row)

            def on_ready(file: UploadedFile) -> None:
                claims.settle(claim, offset=row.file_size, **FORGOTTEN)
                if row.caption:
                    annotate(file, {"caption": row.caption})
                for use in then:
                    use(file)

            file = upload(
                owner=owner,
                category=row.category,
                spooled=spooled,
                alt_text=row.alt_text,
                file_id=row.pk,
                on_ready=on_ready,
                way="tus",
            )
    parts.remove_quietly(before)
    return file


def refusal(error: VitrineError | ImageError) -> dict[str, str]:
    """An error as the row keeps it."""
    return {"code": error.code, "detail": str(error)}


def _refuse(claim: claims.Claim, error: VitrineError | ImageError, before: list[TusPart]) -> None:
    if claims.fail(claim, refusal=refusal(error), **FORGOTTEN):
        parts.remove_quietly(before)
