"""What is about to be served, whichever row it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from uploads_app.disposition import rendition_name
from uploads_app.images.presets import OutputFormat
from uploads_app.models import Rendition
from uploads_app.serve.caching import Policy
from uploads_app.services.access import StoredPicture, StoredRendition

CONTENT_TYPES = {format_.value: format_.content_type for format_ in OutputFormat}


@dataclass(frozen=True, slots=True)
class Picture:
    """Stored bytes and what their answer says of them; `size` is in bytes."""

    storage: str  # alias
    key: str
    content_type: str
    size: int
    sha256: str
    modified: datetime
    name: str  # for whoever saves it
    policy: Policy
    varies: bool = False  # by who asks
    public_key: str = ""  # of the copy that everybody may read, where there is one

    @property
    def etag(self) -> str:
        """A strong validator: stored bytes never change, so their hash names them."""
        return f'"{self.sha256[:32]}"'


def original(stored: StoredPicture, policy: Policy) -> Picture:
    """The stored picture itself."""
    return Picture(
        storage=stored.storage,
        key=stored.key,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        modified=stored.uploaded_at,
        name=stored.original_filename,
        policy=policy,
        varies=bool(stored.edits),
    )


def rendered(
    row: StoredRendition | Rendition,
    format_: str,
    name: str,
    policy: Policy,
    *,
    varies: bool = False,
    public_key: str = "",
) -> Picture:
    """One of its renditions; `name` is the file's own."""
    return Picture(
        storage=row.storage,
        key=row.key,
        content_type=CONTENT_TYPES[format_],
        size=row.size,
        sha256=row.sha256,
        modified=row.created_at,
        name=rendition_name(name, format_),
        policy=policy,
        varies=varies,
        public_key=public_key,
    )
