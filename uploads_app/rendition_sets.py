"""Renditions as pages and the API point to them: from rows alone, without a query or a render."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from uploads_app.edits import edits_of
from uploads_app.images.geometry import rendered_size
from uploads_app.images.presets import PRESETS, WIDTHS, OutputFormat, Preset
from uploads_app.images.recipes import Recipe
from uploads_app.models import Rendition, UploadedFile
from uploads_app.statements import Statement, given_many

Json = dict[str, Any]

LARGEST = PRESETS[WIDTHS[-1]]


class Ready(NamedTuple):
    """What is shown of a rendition that is ready."""

    file_id: UUID
    preset: str
    format: str
    digest: str
    variant: str
    width: int
    height: int


def _ready_in(*formats: OutputFormat) -> Statement[tuple[Any, ...]]:
    names = [format_.value for format_ in formats]
    return Statement(
        lambda: Rendition.objects.filter(
            file__in=given_many("files"), state=Rendition.State.READY, format__in=names
        ).values_list(*Ready._fields)
    )


_FOR_LISTS = _ready_in(OutputFormat.WEBP)
_FOR_PAGES = _ready_in(OutputFormat.AVIF, OutputFormat.WEBP)


def attach_renditions(files: Sequence[UploadedFile], *, for_pages: bool = False) -> None:
    """Fetches the ready WebP renditions of these files, for pages the AVIF ones as well, in one query."""
    found: dict[UUID, list[Ready]] = {file.pk: [] for file in files}
    for row in map(Ready._make, (_FOR_PAGES if for_pages else _FOR_LISTS)(files=found)):
        found[row.file_id].append(row)
    for file in files:
        file.ready_renditions = found[file.pk]  # type: ignore[attr-defined]  # as Prefetch would


def ready_renditions(file: UploadedFile, *, for_pages: bool = False) -> list[Ready]:
    """The ready renditions of a file: as fetched before, else by one query."""
    if not hasattr(file, "ready_renditions"):
        attach_renditions([file], for_pages=for_pages)
    found: list[Ready] = file.ready_renditions  # type: ignore[attr-defined]  # set above
    return found


def own_or_whole(rows: Iterable[Ready], variant: str) -> list[Ready]:
    """The rows of a use's own crop; those of the file itself while there are none, or for no crop."""
    rows = list(rows)
    return [row for row in rows if row.variant == variant] or [row for row in rows if not row.variant]


def in_all_sizes(file: UploadedFile, variant: str = "") -> Json:
    """`renditions`, `{preset: {url, width, height}}` for all presets, and `srcset`, for `<img srcset>`.

    A preset that is not there yet is the nearest that is; `srcset` has each width that is there, once.
    """
    shown = _shown_by_preset(file, variant)
    if not shown:
        one = stand_in(file)
        return {"renditions": dict.fromkeys(PRESETS, one), "srcset": _srcset([one])}
    return {
        "renditions": {name: shown.get(name) or _nearest(shown, preset) for name, preset in PRESETS.items()},
        "srcset": _srcset([shown[name] for name in WIDTHS if name in shown] or [stand_in(file)]),
    }


def rendition_set(file: UploadedFile, variant: str = "") -> Json:
    """The `renditions` alone."""
    found: Json = in_all_sizes(file, variant)["renditions"]
    return found


def full_picture(file: UploadedFile) -> Json:
    """`{url, width, height}` of what everybody may see in full: the stored picture, or the edited one."""
    if not file.edits:
        return _stored(file)
    return _shown_by_preset(file, "").get(LARGEST.name) or stand_in(file)


def _shown_by_preset(file: UploadedFile, variant: str) -> dict[str, Json]:
    webp = [row for row in ready_renditions(file) if row.format == OutputFormat.WEBP.value]
    whole = file.get_absolute_url()
    return {
        row.preset: {
            "url": address(whole, row.preset, row.format, row.digest),
            "width": row.width,
            "height": row.height,
        }
        for row in own_or_whole(webp, variant)
    }


def _nearest(shown: Mapping[str, Json], preset: Preset) -> Json:
    # Rather too large than too small.
    wanted = preset.width
    return min(shown.values(), key=lambda one: (one["width"] < wanted, abs(one["width"] - wanted)))


def _srcset(sizes: Iterable[Json]) -> str:
    """Each width once, from the first that has it."""
    by_width: dict[int, str] = {}
    for one in sizes:
        by_width.setdefault(one["width"], one["url"])
    return ", ".join(f"{url} {width}w" for width, url in sorted(by_width.items()))


def _stored(file: UploadedFile) -> Json:
    return {"url": file.get_absolute_url(), "width": file.width, "height": file.height}


def stand_in(file: UploadedFile) -> Json:
    """While nothing is rendered: the stored picture, or the edited one, made on demand."""
    if not file.edits:
        return _stored(file)
    recipe = Recipe(preset=LARGEST, format=OutputFormat.WEBP, edits=edits_of(file))
    width, height = rendered_size(recipe, file.width, file.height)
    url = address(file.get_absolute_url(), LARGEST.name, OutputFormat.WEBP.value, recipe.digest)
    return {"url": url, "width": width, "height": height}


def address(file_url: str, preset: str, extension: str, digest: str) -> str:
    """The address of one version of one size, as an absolute path."""
    return f"{file_url}/{preset}.{extension}?v={digest}"
