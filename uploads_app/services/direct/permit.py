"""Signed permits to send bytes to this server, where the storage takes none from others.

A permit says all of itself: which bytes, from whom, where to, until when. Nothing else is asked of who holds
it, and it serves for nothing else. It stands in the address, so that it is judged before a byte of a body is
read; where addresses are logged this gives nothing away, as a permit is for bytes that its holder must have.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing

from uploads_app.errors import PermissionDenied
from uploads_app.models import DirectUpload

_PURPOSE = "uploads_app.direct"
_REFUSED = "This address is not good, or not any more."


@dataclass(frozen=True, slots=True)
class Permit:
    """`size` in bytes, `sha256` in hex, `ends` in seconds since the epoch."""

    file_id: UUID
    owner_id: Any
    key: str
    size: int
    content_type: str
    sha256: str
    ends: int

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the form, which have to be sent as they are."""
        return {"key": self.key, "Content-Type": self.content_type, "sha256": self.sha256}


def permit_of(row: DirectUpload) -> tuple[Permit, str]:
    """The permit to send the bytes of an upload, and its token."""
    said = [row.pk.hex, row.owner_id, row.key, row.file_size, row.content_type, row.sha256]
    permit = _permit([*said, int(row.expires_at.timestamp())])
    return permit, signing.dumps([*said, permit.ends], salt=_PURPOSE)


def read_permit(token: str) -> Permit:
    """What a token permits. Raises PermissionDenied for one that is not ours, for other purposes, or over."""
    try:
        permit = _permit(signing.loads(token, salt=_PURPOSE))
    except signing.BadSignature as error:
        raise PermissionDenied(_REFUSED) from error
    if permit.ends <= time.time():
        raise PermissionDenied(_REFUSED)
    return permit


def _permit(said: list[Any]) -> Permit:
    file_id, *others = said
    return Permit(UUID(hex=file_id), *others)
