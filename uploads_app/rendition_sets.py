"""Renditions as pages and the API point to them: from rows alone, without a query or a render."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from uploads_app.edits import edits_of
from uploads_app.images.geometry import rendered_size
from uploads_app.images.presets import PRESETS, WIDTHS, OutputFormat
from uploads_app.images.recipes import Recipe
from uploads_app.models import Rendition, UploadedFile

Json = dict[str, Any]

LARGEST = PRESETS[WIDTHS[-1]]


def with_renditions(lookup: str = "renditions") -> Prefetch[str, QuerySet[Rendition], str]:
    """Prefetches the ready WebP renditions of files as `ready_renditions`, in one query."""
    ready = Rendition.objects.filter(state=Rendition.State.READY, format=OutputFormat.WEBP.value)
    return Prefetch(lookup, queryset=ready, to_attr="ready_renditions")


def ready_renditions(file: UploadedFile) -> list[Rendition]:
    """The ready WebP renditions of a file: as prefetched, else by one query."""
    if not hasattr(file, "ready_renditions"):
        prefetch = with_renditions()
        file.ready_renditions = list(prefetch.queryset.filter(file=file))  # type: ignore[attr-defined,union-attr]
    found: list[Rendition] = file.ready_renditions  # type: ignore[attr-defined]
    return found


def rendition_url(file_id: object, preset: str, extension: str, digest: str) -> str:
    """The address of one version of one size, as an absolute path."""
    return f"/api/upload/{file_id}/{preset}.{extension}?v={digest}"


def rendition_set(file: UploadedFile, variant: str = "") -> Json:
    """`{preset: {url, width, height}}` for all presets; one that is not there yet is the nearest that is."""
    rows = _by_preset(file, variant)
    return {name: _shown(rows[name]) if name in rows else _nearest(file, rows, name) for name in PRESETS}


def srcset(file: UploadedFile, variant: str = "") -> str:
    """A ready value for `<img srcset>`: each width that is there, once."""
    rows = _by_preset(file, variant)
    widths = {rows[name].width: _url(rows[name]) for name in reversed(WIDTHS) if name in rows}
    if not widths:
        stand_in = _stand_in(file)
        widths = {stand_in["width"]: stand_in["url"]}
    return ", ".join(f"{url} {width}w" for width, url in sorted(widths.items()))


def full_picture(file: UploadedFile) -> Json:
    """`{url, width, height}` of what everybody may see in full: the stored picture, or the edited one."""
    if not file.edits:
        return {"url": file.get_absolute_url(), "width": file.width, "height": file.height}
    rows = _by_preset(file, "")
    return _shown(rows[LARGEST.name]) if LARGEST.name in rows else _stand_in(file)


def _by_preset(file: UploadedFile, variant: str) -> Mapping[str, Rendition]:
    rows = ready_renditions(file)
    own = {row.preset: row for row in rows if row.variant == variant}
    return own or {row.preset: row for row in rows if not row.variant}


def _nearest(file: UploadedFile, rows: Mapping[str, Rendition], name: str) -> Json:
    if not rows:
        return _stand_in(file)
    # Rather too large than too small.
    wanted = PRESETS[name].width
    return _shown(min(rows.values(), key=lambda row: (row.width < wanted, abs(row.width - wanted))))


def _stand_in(file: UploadedFile) -> Json:
    """While nothing is rendered: the stored picture, or the edited one, made on demand."""
    if not file.edits:
        return {"url": file.get_absolute_url(), "width": file.width, "height": file.height}
    recipe = Recipe(preset=LARGEST, format=OutputFormat.WEBP, edits=edits_of(file))
    width, height = rendered_size(recipe, file.width, file.height)
    url = rendition_url(file.pk, LARGEST.name, OutputFormat.WEBP.value, recipe.digest)
    return {"url": url, "width": width, "height": height}


def _shown(row: Rendition) -> Json:
    return {"url": _url(row), "width": row.width, "height": row.height}


def _url(row: Rendition) -> str:
    return rendition_url(row.file_id, row.preset, row.format, row.digest)
