"""What is about to be served, whichever row it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from uploads_app.images.presets import OutputFormat
from uploads_app.models import Rendition, UploadedFile
from uploads_app.serve.caching import Policy


@dataclass(frozen=True, slots=True)
class Picture:
    """Stored bytes and what their answer says of them; `size` is in bytes."""

    key: str
    content_type: str
    size: int
    sha256: str
    modified: datetime
    name: str  # for whoever saves it
    policy: Policy
    varies: bool = False  # by who asks

    @property
    def etag(self) -> str:
        """A strong validator: stored bytes never change, so their hash names them."""
        return f'"{self.sha256[:32]}"'


def original(file: UploadedFile, policy: Policy) -> Picture:
    """The stored picture itself."""
    return Picture(
        key=file.key,
        content_type=file.content_type,
        size=file.file_size,
        sha256=file.sha256,
        modified=file.uploaded_at,
        name=file.original_filename,
        policy=policy,
        varies=bool(file.edits),
    )


def rendered(file: UploadedFile, row: Rendition, policy: Policy, *, varies: bool = False) -> Picture:
    """One of its renditions."""
    return Picture(
        key=row.key,
        content_type=OutputFormat(row.format).content_type,
        size=row.size,
        sha256=row.sha256,
        modified=row.created_at,
        name=str(PurePosixPath(file.original_filename or "picture").with_suffix(f".{row.format}")),
        policy=policy,
        varies=varies,
    )
