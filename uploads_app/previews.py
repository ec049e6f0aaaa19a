"""Pictures for staff: always a rendition of ours, from rows alone, never the stored upload.

Staff look at what nobody has judged yet, so what they open was decoded and encoded anew by us. While there
is no rendition they see the placeholder, or words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.html import format_html
from django.utils.safestring import SafeString

from uploads_app.images.placeholder import placeholder_url
from uploads_app.images.presets import PRESETS, WIDTHS, OutputFormat
from uploads_app.models import Rendition, UploadedFile
from uploads_app.rendition_sets import Ready, address, ready_renditions

_DENSITY = 2  # of most screens: a preview has so many px for each of its own
_NOTHING = "not rendered yet"


@dataclass(frozen=True, slots=True)
class Preview:
    """What an `<img>` says: `url` is of a ready rendition, or a `data:` URL while there is none.

    `width` and `height` in px are the rendition's own, of a placeholder the stored picture's.
    """

    url: str
    width: int
    height: int
    alt: str
    is_rendered: bool


def with_previews(at: str = "") -> Prefetch[str, Any, str]:
    """For `prefetch_related`: what previews of many rows are made of, in one query.

    `at` is the way to the file from another model, such as "file__".
    """
    ready = Rendition.objects.filter(state=Rendition.State.READY, format=OutputFormat.WEBP.value)
    return Prefetch(f"{at}renditions", queryset=ready, to_attr="ready_renditions")


def large_preview(file: UploadedFile, variant: str = "") -> Preview | None:
    """The largest whole picture that is ready, of a use's own crop by `variant`; None without any."""
    own = [row for row in _webp(file) if row.variant == variant]
    whole = [row for row in own if row.preset in WIDTHS] or own
    return _preview(file, max(whole, key=lambda row: row.width, default=None))


def own_crops(file: UploadedFile) -> list[Preview]:
    """How uses with a crop of their own show the picture, each once."""
    variants = dict.fromkeys(row.variant for row in _webp(file) if row.variant)
    found = [large_preview(file, variant) for variant in variants]
    return [one for one in found if one is not None]


def small_preview(file: UploadedFile, side: int) -> Preview | None:
    """What fills `side` px best: whole before cut, rather too large than too small."""

    def fitness(row: Ready) -> tuple[bool, bool, int]:
        wanted = side * _DENSITY
        return row.preset not in WIDTHS, row.width < wanted, abs(row.width - wanted)

    rows = [row for row in _webp(file) if not row.variant and row.preset in PRESETS]
    return _preview(file, min(rows, key=fitness, default=None))


def preview(file: UploadedFile | None, side: int = 64) -> SafeString | str:
    """An <img> within a square of `side` pixels whose room is kept free until it is there; "" for no file.

    Words while nothing is rendered and no placeholder is known.
    """
    if file is None or not file.is_active:
        return ""
    shown = small_preview(file, side)
    if shown is None:
        return _NOTHING
    scale = side / max(shown.width, shown.height)
    return format_html(
        '<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        shown.url,
        shown.alt,
        max(1, round(shown.width * scale)),
        max(1, round(shown.height * scale)),
    )


def _webp(file: UploadedFile) -> list[Ready]:
    if not file.is_active:
        return []
    return [row for row in ready_renditions(file) if row.format == OutputFormat.WEBP.value]


def _preview(file: UploadedFile, row: Ready | None) -> Preview | None:
    if row is not None:
        url = address(file.get_absolute_url(), row.preset, row.format, row.digest)
        return Preview(url, row.width, row.height, file.alt_text, is_rendered=True)
    blurred = placeholder_url(file.shown_placeholder) if file.is_active else ""
    if not blurred:
        return None
    return Preview(blurred, file.width, file.height, file.alt_text, is_rendered=False)
