"""Pictures as pages show them: which formats and sizes there are, from rows alone.

Never a query beyond the rows of a file that came without them, never a storage call or a render: what is not
ready is not offered, since browsers show a source that fails as a broken picture, and try no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from uploads_app.edits import edits_of, focal_of
from uploads_app.images.placeholder import placeholder_url
from uploads_app.images.presets import PRESETS, WIDTHS, OutputFormat, Preset
from uploads_app.images.recipes import Recipe
from uploads_app.models import UploadedFile
from uploads_app.rendition_sets import Ready, address, own_or_whole, ready_renditions, stand_in

# For the few browsers that read neither AVIF nor WebP: large enough for any phone.
_FALLBACK = PRESETS["w960"]


@dataclass(frozen=True, slots=True)
class Source:
    """One format of a picture. `srcset` has widths, unless the picture comes in one size."""

    content_type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What an `<img>` and the sources before it say: the best format first, `width` and `height` in px.

    `src` is for browsers that take none of the sources, `placeholder` a `data:` URL or empty.
    """

    sources: tuple[Source, ...]
    src: str
    width: int
    height: int
    placeholder: str
    alt: str


def shown(file: UploadedFile, preset: Preset | None = None, variant: str = "") -> Shown:
    """A file by a cover preset, or, without one, whole in all its widths; `variant` names a use's own crop.

    While nothing is rendered it is the stored picture, of an edited file its largest rendition.
    """
    rows = _of_kind(ready_renditions(file, for_pages=True), preset, variant)
    sources = _sources(file, rows, in_widths=preset is None)
    box = (preset.width, preset.height) if preset is not None and preset.height is not None else None
    width, height = box or _largest(file, rows)
    return Shown(
        sources=sources,
        src=_jpeg(file, rows, preset or _FALLBACK) if sources else stand_in(file)["url"],
        width=width,
        height=height,
        placeholder=placeholder_url(file.shown_placeholder),
        alt=file.alt_text,
    )


def _of_kind(rows: Sequence[Ready], preset: Preset | None, variant: str) -> list[Ready]:
    """The rows that can stand for the picture: all widths, or the one size that is nearest to the preset."""
    own = own_or_whole(rows, variant)
    if preset is None:
        # Of widths that come out alike, as a small picture's do, always the same one: addresses are cached.
        return [row for name in WIDTHS for row in own if row.preset == name]
    nearest = _nearest([row for row in own if row.format == OutputFormat.WEBP.value] or own, preset)
    return [row for row in own if row.preset == nearest]


def _nearest(rows: Iterable[Ready], preset: Preset) -> str:
    """The preset of the nearest size, rather too large than too small; the very one where it is there."""

    def distance(row: Ready) -> tuple[bool, bool, int]:
        return row.preset != preset.name, row.width < preset.width, abs(row.width - preset.width)

    return min(((distance(row), row.preset) for row in rows), default=((), ""))[1]


def _sources(file: UploadedFile, rows: Sequence[Ready], *, in_widths: bool) -> tuple[Source, ...]:
    """AVIF where it has all that WebP has, and WebP."""
    avif, webp = (
        {row.width: row for row in reversed(rows) if row.format == format_.value}
        for format_ in (OutputFormat.AVIF, OutputFormat.WEBP)
    )
    if not webp.keys() <= avif.keys():
        avif = {}
    offered = {OutputFormat.AVIF: avif, OutputFormat.WEBP: webp}
    return tuple(
        Source(format_.content_type, _srcset(file, by_width, in_widths))
        for format_, by_width in offered.items()
        if by_width
    )


def _srcset(file: UploadedFile, by_width: dict[int, Ready], in_widths: bool) -> str:
    whole = file.get_absolute_url()
    return ", ".join(
        address(whole, row.preset, row.format, row.digest) + (f" {width}w" if in_widths else "")
        for width, row in sorted(by_width.items())
    )


def _largest(file: UploadedFile, rows: Sequence[Ready]) -> tuple[int, int]:
    if not rows:
        whole = stand_in(file)
        return whole["width"], whole["height"]
    return max((row.width, row.height) for row in rows)


def _jpeg(file: UploadedFile, rows: Sequence[Ready], preset: Preset) -> str:
    """Of the file itself, also for a use's own crop: rows do not tell the address that would have in JPEG."""
    nearest = PRESETS[_nearest(rows, preset)]
    recipe = Recipe(preset=nearest, format=OutputFormat.JPEG, edits=edits_of(file), focal=focal_of(file))
    return address(file.get_absolute_url(), nearest.name, OutputFormat.JPEG.value, recipe.digest)
