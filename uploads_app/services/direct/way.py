"""How the bytes of a direct upload get to the storage: a form that is sent with POST, wherever it leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from uploads_app.models import DirectUpload
from uploads_app.services.direct.permit import permit_of
from uploads_app.storage.base import Facts
from uploads_app.storage.forms import signed_form


@dataclass(frozen=True, slots=True)
class Way:
    """A form: its address, the fields that come before the field "file", and when it ends.

    The address is absolute, or a path of this server. It opens the storage: it is never logged.
    """

    url: str
    fields: dict[str, str]
    expires_at: datetime


def way_of(row: DirectUpload) -> Way:
    """The form for an upload, good for its bytes alone; signed anew each time. Asks nobody."""
    facts = Facts(row.sha256, row.content_type)
    if form := signed_form(row.storage, row.key, facts, row.file_size, row.expires_at):
        return Way(form.url, form.fields, row.expires_at)
    permit, token = permit_of(row)
    return Way(f"/api/upload/direct/{token}", permit.fields, row.expires_at)
