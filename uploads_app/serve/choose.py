"""Which bytes an address means for whoever asks: authorised first, by one query where the rows are ready."""

from __future__ import annotations

from uuid import UUID

from uploads_app.errors import NotFound
from uploads_app.images.presets import PRESETS, WIDTHS, OutputFormat
from uploads_app.models import UploadedFile
from uploads_app.serve.caching import policy
from uploads_app.serve.picture import Picture, original, rendered
from uploads_app.services.access import visible_file, visible_rendition
from uploads_app.services.rendering.demand import rendition_on_demand
from uploads_app.services.share import seconds_left
from uploads_app.visibility import Viewer, sees_all_of

_LARGEST = WIDTHS[-1]
_EXTENSIONS = frozenset(format_.value for format_ in OutputFormat)


def choose_original(viewer: Viewer, file_id: UUID, token: str) -> Picture:
    """The stored picture; of an edited one, for all but its owner and staff, the largest rendition.

    Raises what `visible_file` and `rendition_on_demand` raise.
    """
    left = seconds_left(file_id, token) if token else 0
    file = visible_file(viewer, file_id, shared=bool(left))
    public: bool = file.is_public  # type: ignore[attr-defined]
    if not file.edits:
        return original(file, policy(public, seconds_shared=left))
    if sees_all_of(viewer, file.owner_id):
        return original(file, policy(public=False))
    row = rendition_on_demand(file, _LARGEST, OutputFormat.WEBP.value, None)
    return rendered(file, row, policy(public, versioned=False, seconds_shared=left), varies=True)


def choose_rendition(
    viewer: Viewer, file_id: UUID, preset: str, extension: str, version: str, token: str
) -> Picture:
    """A rendition; of an address whose version is missing or of before, the present one, kept briefly.

    Raises NotFound for what is no preset or format, and what `choose_original` raises.
    """
    if preset not in PRESETS or extension not in _EXTENSIONS:
        raise NotFound()
    left = seconds_left(file_id, token) if token else 0
    shared = bool(left)
    found = visible_rendition(viewer, file_id, preset, extension, version, shared=shared) if version else None
    if found is not None:
        return rendered(*found, policy(_is_public(found[0]), seconds_shared=left))
    file = visible_file(viewer, file_id, shared=shared)
    row = rendition_on_demand(file, preset, extension, version or None)
    return rendered(file, row, policy(_is_public(file), versioned=row.digest == version, seconds_shared=left))


def _is_public(file: UploadedFile) -> bool:
    public: bool = file.is_public  # type: ignore[attr-defined]
    return public
