"""What changed presets, formats or encoders leave to be made, and making it beside live traffic."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import mean
from uuid import UUID

from django.db.models import QuerySet

from uploads_app import visibility
from uploads_app.images.errors import ImageError
from uploads_app.images.presets import OutputFormat
from uploads_app.images.recipes import Recipe
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services import decoding
from uploads_app.services.rendering.changes import WAITING_AGAIN
from uploads_app.services.rendering.make import temporaries
from uploads_app.services.rendering.wanted import by_format, valid_digests, wanted
from uploads_app.services.rendering.work import render_next
from uploads_app.storage.places import storage

_BATCH = 500
_NEWEST = 10_000  # renditions that tell how large one of a kind usually is
_SAMPLE = 3  # files rendered aside, to know how long one takes
# Where no rendition of a kind is there to tell.
_BYTES_PER_PIXEL = {OutputFormat.WEBP: 0.15, OutputFormat.AVIF: 0.12, OutputFormat.JPEG: 0.2}
_Rendering = UploadedFile.Rendering


@dataclass(slots=True)
class Plan:
    """`seconds` and `bytes` are estimates: of one process's work, and of what is added to the storage."""

    files: int = 0
    with_work: int = 0
    poison: int = 0
    missing: Counter[str] = field(default_factory=Counter)  # by preset.format
    stale: int = 0
    stale_bytes: int = 0
    bytes: int = 0
    seconds: float = 0.0


def plan() -> Plan:
    """Looks through all ready files; changes nothing but for a few renders into temporary files."""
    found, sizes = Plan(), _usual_sizes()
    sample: list[tuple[UploadedFile, list[Recipe]]] = []
    found.poison = _ready_files().filter(rendering=_Rendering.POISON).count()
    for file, missing, stale in compared(_candidates()):
        found.files += 1
        found.with_work += bool(missing or stale)
        found.missing.update(map(_kind, missing))
        found.bytes += sum(sizes.get(_kind(recipe)) or _guess(recipe) for recipe in missing)
        found.stale += len(stale)
        found.stale_bytes += sum(row.size for row in stale)
        if missing and len(sample) < _SAMPLE:
            sample.append((file, missing))
    found.seconds = _seconds_a_file(sample) * found.with_work
    return found


def put_to_work() -> int:
    """Puts every file that lacks something, or has something stale, on the list of work; says how many.

    From then on workers see to them, with or without `work_off`: what is on the list survives any crash.
    """
    ids: list[UUID] = []
    marked = 0
    for file, missing, stale in compared(_candidates()):
        if missing or stale:
            ids.append(file.pk)
        if len(ids) >= _BATCH:
            marked += _mark(ids)
            ids = []
    return marked + _mark(ids)


def work_off(patience: float = 60.0) -> Iterator[int]:
    """Renders what is on the list, beside whatever workers there are; yields how many files are left.

    Ends when none is left, or when none has gone for `patience` seconds (the rest waits for its next try).
    """
    left, since = waiting(), time.monotonic()
    yield left
    while left and time.monotonic() - since < patience:
        if not any(render_next() for _ in range(10)):
            time.sleep(0.2)
        now_left = waiting()
        if now_left < left:
            since = time.monotonic()
        left = now_left
        yield left


def waiting() -> int:
    """Files on the list of work."""
    return _ready_files().filter(rendering=_Rendering.WAITING).count()


def _ready_files() -> QuerySet[UploadedFile]:
    return UploadedFile.objects.filter(lifecycle=UploadedFile.Lifecycle.READY)


def _candidates() -> QuerySet[UploadedFile]:
    return _ready_files().exclude(rendering=_Rendering.POISON)


def compared(
    candidates: QuerySet[UploadedFile],
) -> Iterator[tuple[UploadedFile, list[Recipe], list[Rendition]]]:
    """Each file with the recipes it lacks and the renditions that no recipe of it gives any more."""
    files, last = candidates.order_by("pk"), None
    while batch := list((files if last is None else files.filter(pk__gt=last))[:_BATCH]):
        ids = [file.pk for file in batch]
        last = ids[-1]
        crops = visibility.crops(ids)
        rows: dict[UUID, list[Rendition]] = {}
        for row in Rendition.objects.filter(file__in=ids, state=Rendition.State.READY):
            rows.setdefault(row.file_id, []).append(row)
        for file in batch:
            present, own = rows.get(file.pk, []), crops.get(file.pk, [])
            have, valid = {row.digest for row in present}, valid_digests(file, own)
            missing = [recipe for digest, recipe in wanted(file, own).items() if digest not in have]
            yield file, missing, [row for row in present if row.digest not in valid]


def _mark(ids: list[UUID]) -> int:
    done = _ready_files().filter(pk__in=ids, rendering=_Rendering.DONE)
    done.update(**WAITING_AGAIN)
    return len(ids)


def _kind(recipe: Recipe) -> str:
    return f"{recipe.preset.name}.{recipe.format}"


def _usual_sizes() -> dict[str, int]:
    """Bytes, by preset.format."""
    newest = Rendition.objects.filter(state=Rendition.State.READY).order_by("-pk")[:_NEWEST]
    found: dict[str, list[int]] = {}
    for preset, format_, size in newest.values_list("preset", "format", "size"):
        found.setdefault(f"{preset}.{format_}", []).append(size)
    return {kind: round(mean(sizes)) for kind, sizes in found.items()}


def _guess(recipe: Recipe) -> int:
    height = recipe.preset.height or recipe.preset.width * 2 // 3
    return round(recipe.preset.width * height * _BYTES_PER_PIXEL[recipe.format])


def _seconds_a_file(sample: list[tuple[UploadedFile, list[Recipe]]]) -> float:
    took: list[float] = []
    for file, recipes in sample:
        with suppress(ImageError, FileNotFoundError):
            took.append(sum(_seconds(file, step) for step in by_format(recipes)))
    return sum(took) / len(took) if took else 0.0


def _seconds(file: UploadedFile, recipes: list[Recipe]) -> float:
    with temporaries(len(recipes)) as paths:
        begun = time.perf_counter()
        with storage(file.storage).local_copy(file.key) as source:
            decoding.sandbox().render(source, list(zip(recipes, paths, strict=True)))
        return time.perf_counter() - begun
