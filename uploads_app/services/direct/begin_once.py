"""Announcing under an Idempotency-Key: the same key leads to the same upload.

The key remembers which upload, never how it is sent: that is signed, opens the storage, and is signed anew.
"""

import hashlib
import json
from dataclasses import astuple

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.errors import Conflict
from uploads_app.models import DirectUpload
from uploads_app.services import idempotency
from uploads_app.services.direct.begin import Announced, begin


def begin_once(owner: AbstractBaseUser, announced: Announced, key: str) -> tuple[DirectUpload, bool]:
    """The upload that `key` leads to, and whether it was there before.

    After a refusal, a cancellation or its expiry the key is free again, as after any upload that failed.
    Raises what `begin` and `idempotency.claim` raise.
    """
    digest = hashlib.sha256(json.dumps(["direct", *astuple(announced)]).encode()).hexdigest()
    held = idempotency.claim(owner, idempotency.check_key(key), digest)
    if not isinstance(held, idempotency.Claim):
        if row := _usable(owner, held["file_id"]):
            return row, True
        idempotency.forget(owner, key, held)
        held = idempotency.claim(owner, key, digest)
        if not isinstance(held, idempotency.Claim):
            raise Conflict("A request with this key was just running; try again.")
    return _begin(owner, announced, held), False


def _usable(owner: AbstractBaseUser, file_id: str) -> DirectUpload | None:
    own = DirectUpload.objects.filter(pk=file_id, owner=owner.pk)
    return own.under_way().first() or own.filter(state=DirectUpload.State.DONE).first()


def _begin(owner: AbstractBaseUser, announced: Announced, held: idempotency.Claim) -> DirectUpload:
    def on_begun(row: DirectUpload) -> None:
        idempotency.settle(held, {"file_id": str(row.pk)})

    try:
        return begin(owner=owner, announced=announced, on_begun=on_begun)
    except BaseException:
        idempotency.release(held)
        raise
