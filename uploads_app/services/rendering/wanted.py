"""Which renditions a file should have, and which recipe an address means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings

from uploads_app import visibility
from uploads_app.edits import edits_of, focal_of
from uploads_app.images.presets import PRESETS, OutputFormat, Preset
from uploads_app.images.recipes import Crop, Recipe
from uploads_app.models import UploadedFile


def recipe(file: UploadedFile, preset: Preset, format: OutputFormat, crop: Crop | None = None) -> Recipe:  # noqa: A002
    """How this file is rendered now: by its edits and focal point, and the crop of the use that asks."""
    return Recipe(preset=preset, format=format, edits=edits_of(file), focal=focal_of(file), crop=crop)


def variant(crop: Crop | None) -> str:
    """Names a use's own crop in rows; empty for none."""
    return "" if crop is None else crop.name


def wanted(file: UploadedFile, own: Sequence[Crop] | None = None) -> dict[str, Recipe]:
    """What a worker makes of a file before anybody asks, by digest.

    `own` are the crops of its uses, where the caller knows them already.
    """
    return {one.digest: one for one in _recipes(file, settings.VITRINE_RENDITION_FORMATS, own)}


def by_format(recipes: Iterable[Recipe]) -> list[list[Recipe]]:
    """Recipes in the steps that they are made in: a format each, in the order of the setting."""
    steps: dict[OutputFormat, list[Recipe]] = {}
    for one in recipes:
        steps.setdefault(one.format, []).append(one)
    return [steps[format_] for format_ in settings.VITRINE_RENDITION_FORMATS if format_ in steps]


def valid_digests(file: UploadedFile, own: Sequence[Crop] | None = None) -> dict[str, Recipe]:
    """Every recipe that an address may lead to now, by digest."""
    return {one.digest: one for one in _recipes(file, tuple(OutputFormat), own)}


def _recipes(
    file: UploadedFile, formats: tuple[OutputFormat, ...], own: Sequence[Crop] | None
) -> Iterator[Recipe]:
    edits, focal = edits_of(file), focal_of(file)
    if own is None:
        own = visibility.crops([file.pk]).get(file.pk, ())
    for crop in (None, *dict.fromkeys(own)):
        for format_ in formats:
            for preset in PRESETS.values():
                yield Recipe(preset=preset, format=format_, edits=edits, focal=focal, crop=crop)
