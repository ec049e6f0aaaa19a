"""Announcing under an Idempotency-Key, whatever is announced: the same key leads to the same upload.

The key remembers which upload, never how it is sent: that may open the storage, and is signed anew.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.errors import Conflict
from uploads_app.models.announced import AnnouncedUpload
from uploads_app.services import idempotency

Row = TypeVar("Row", bound=AnnouncedUpload)
OnBegun = Callable[[Row], None]


def once(
    owner: AbstractBaseUser, key: str, digest: str, kind: type[Row], begin: Callable[[OnBegun[Row]], Row]
) -> tuple[Row, bool]:
    """The upload that `key` leads to, and whether it was there before.

    `begin` opens one, and has what it is given done in the transaction that opens it. After a refusal, a
    cancellation or its expiry the key is free again, as after any upload that failed. Raises what `begin` and
    `idempotency.claim` raise.
    """
    held = idempotency.claim(owner, idempotency.check_key(key), digest)
    if not isinstance(held, idempotency.Claim):
        if row := _usable(owner, kind, held["file_id"]):
            return row, True
        idempotency.forget(owner, key, held)
        held = idempotency.claim(owner, key, digest)
        if not isinstance(held, idempotency.Claim):
            raise Conflict("A request with this key was just running; try again.")
    return _begin(begin, held), False


def _usable(owner: AbstractBaseUser, kind: type[Row], file_id: str) -> Row | None:
    rows: Any = kind._default_manager
    own = rows.filter(pk=file_id, owner=owner.pk)
    found: Row | None = own.under_way().first() or own.filter(state=kind.State.DONE).first()
    return found


def _begin(begin: Callable[[OnBegun[Row]], Row], held: idempotency.Claim) -> Row:
    def on_begun(row: Row) -> None:
        idempotency.settle(held, {"file_id": str(row.pk)})

    try:
        return begin(on_begun)
    except BaseException:
        idempotency.release(held)
        raise
