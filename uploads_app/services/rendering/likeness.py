"""What an edited picture looks like from afar: its own placeholder and colour, in place of the original's."""

from __future__ import annotations

import base64

from uploads_app.errors import Unavailable
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.models import Rendition, UploadedFile
from uploads_app.observing import measuring
from uploads_app.services import decoding
from uploads_app.services.rendering.make import make
from uploads_app.services.rendering.wanted import recipe
from uploads_app.storage.places import storage
from uploads_app.storage.temporary import new_temporary

_SOURCE = PRESETS["w320"]
# What uploads may be, decoders can read; they take no AVIF.
_READABLE = (OutputFormat.WEBP, OutputFormat.JPEG)


def keep_likeness(file: UploadedFile) -> None:
    """Takes placeholder and colour of an edited file from its rendition, unless they are known.

    Raises what decoding and `make` raise, Unavailable while somebody else makes that rendition, StorageAway.
    """
    if not file.edits or file.edited_placeholder:
        return
    source = _source(file)
    aside = new_temporary()
    try:
        with storage(source.storage).local_copy(source.key) as path, measuring.decoding():
            found = decoding.sandbox().ingest(path, aside, decoding.limits())
    finally:
        aside.unlink(missing_ok=True)
    UploadedFile.objects.filter(pk=file.pk, revision=file.revision).update(
        edited_placeholder=base64.b64encode(found.thumbhash).decode(), edited_color=found.dominant_color
    )


def _source(file: UploadedFile) -> Rendition:
    """A rendition that decoders read; made for this alone where the formats of the set have none."""
    recipes = [recipe(file, _SOURCE, format_) for format_ in _READABLE]
    ready = Rendition.objects.filter(
        file=file, state=Rendition.State.READY, digest__in=[one.digest for one in recipes]
    )
    row = ready.first()
    if row is None:
        make(file, recipes[:1])
        row = ready.first()
    if row is None:
        raise Unavailable()
    return row
