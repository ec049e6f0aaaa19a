"""Which bytes an address means for whoever asks: authorised first, by one query where the rows are ready."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from uploads_app.errors import NotFound
from uploads_app.images.presets import PRESETS, WIDTHS, OutputFormat
from uploads_app.models import Rendition, UploadedFile
from uploads_app.serve.caching import policy
from uploads_app.serve.picture import CONTENT_TYPES, Picture, original, rendered
from uploads_app.services.access import link_left, visible_file, visible_picture, visible_rendition
from uploads_app.services.rendering.demand import ready_rendition, rendition_on_demand
from uploads_app.visibility import Viewer, sees_all_of

_LARGEST, _WEBP = WIDTHS[-1], OutputFormat.WEBP.value


def choose_original(viewer: Viewer, file_id: UUID, token: str, *, wait: bool = True) -> Picture:
    """The stored picture; of an edited one, for all but its owner and staff, the largest rendition.

    Without `wait`, what is not rendered yet is NotFound. Raises what `visible_file` and `rendition_on_demand`
    raise.
    """
    stored = visible_picture(viewer, file_id, token=token)
    left = link_left(file_id, stored, token)
    if not stored.edits:
        return original(stored, policy(stored.is_public, seconds_shared=left))
    if sees_all_of(viewer, stored.owner_id):
        return original(stored, policy(public=False))
    file = visible_file(viewer, file_id, token=token)
    with _gone_for(viewer, file_id, token):
        row = _rendition(file, _LARGEST, _WEBP, None, wait)
    kept = policy(_is_public(file), versioned=False, seconds_shared=left)
    return rendered(row, _WEBP, file.original_filename, kept, varies=True)


def choose_rendition(
    viewer: Viewer,
    file_id: UUID,
    preset: str,
    extension: str,
    version: str,
    token: str,
    *,
    wait: bool = True,
) -> Picture:
    """A rendition; of an address whose version is missing or of before, the present one, kept briefly.

    Raises NotFound for what is no preset or format, and what `choose_original` raises.
    """
    if preset not in PRESETS or extension not in CONTENT_TYPES:
        raise NotFound()
    ready = visible_rendition(viewer, file_id, preset, extension, version, token=token) if version else None
    if ready is not None:
        kept = policy(ready.is_public, seconds_shared=link_left(file_id, ready, token))
        copy = ready.offered_key if ready.is_public else ""
        return rendered(ready, extension, ready.original_filename, kept, public_key=copy)
    file = visible_file(viewer, file_id, token=token)
    with _gone_for(viewer, file_id, token):
        row = _rendition(file, preset, extension, version or None, wait)
    kept = policy(_is_public(file), versioned=row.digest == version, seconds_shared=_left(file, token))
    return rendered(row, extension, file.original_filename, kept)


def _rendition(file: UploadedFile, preset: str, extension: str, version: str | None, wait: bool) -> Rendition:
    if wait:
        return rendition_on_demand(file, preset, extension, version)
    found = ready_rendition(file, preset, extension, version)
    if found is None:
        raise NotFound()
    return found


@contextmanager
def _gone_for(viewer: Viewer, file_id: UUID, token: str) -> Iterator[None]:
    """Deleted while it was rendered: whoever waited is told the same as whoever comes later."""
    try:
        yield
    except NotFound:
        visible_file(viewer, file_id, token=token)
        raise


def _left(file: UploadedFile, token: str) -> int:
    judged: Any = file  # annotated by `visible_file`
    return link_left(file.pk, judged, token)


def _is_public(file: UploadedFile) -> bool:
    public: bool = file.is_public  # type: ignore[attr-defined]
    return public
