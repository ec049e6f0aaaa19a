"""What an edited picture looks like from afar: its own placeholder and colour, in place of the original's."""

from __future__ import annotations

import base64
from typing import Any

from django.core.files.storage import storages

from uploads_app.images.presets import OutputFormat
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services import decoding
from uploads_app.services.spooling import new_temporary

_SOURCE = "w320"


def keep_likeness(file: UploadedFile) -> None:
    """Takes placeholder and colour of an edited file from its rendition, unless they are known.

    Raises what decoding raises, and StorageAway.
    """
    if not file.edits or file.edited_placeholder:
        return
    rows = Rendition.objects.filter(file=file, state=Rendition.State.READY, variant="", preset=_SOURCE)
    row = rows.filter(format=OutputFormat.WEBP.value).first()
    if row is None:
        return
    storage: Any = storages["default"]
    aside = new_temporary()
    try:
        with storage.local_copy(row.key) as path:
            found = decoding.sandbox().ingest(path, aside, decoding.limits())
    finally:
        aside.unlink(missing_ok=True)
    UploadedFile.objects.filter(pk=file.pk, revision=file.revision).update(
        edited_placeholder=base64.b64encode(found.thumbhash).decode(), edited_color=found.dominant_color
    )
