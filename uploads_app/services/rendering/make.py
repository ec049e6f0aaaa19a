"""Rendering and storing: claimed, rendered, written, then ready. A crash in between leaves only claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.db.models.functions import Now

from uploads_app.errors import Conflict, Unavailable
from uploads_app.images.recipes import Recipe
from uploads_app.images.render import Rendered
from uploads_app.models import Rendition, UploadedFile
from uploads_app.observing import measuring, metrics
from uploads_app.services import decoding
from uploads_app.services.publishing.changes import look_again
from uploads_app.services.rendering.claims import Claim, claim, give_back
from uploads_app.services.rendering.notices import told
from uploads_app.services.rendering.rest import calls_for_rest, rest
from uploads_app.services.rendering.source import OriginalMissing, Source, source_of
from uploads_app.services.storage_check import require_storage
from uploads_app.storage.errors import KeyTaken, StorageAway
from uploads_app.storage.facts import of_rendition
from uploads_app.storage.several import Write, write_all
from uploads_app.storage.temporary import new_temporary

_State = Rendition.State


def make(file: UploadedFile, recipes: Sequence[Recipe], source: Source | None = None) -> None:
    """Makes those of the recipes that are missing and that nobody else is at; all of them or none.

    `source` is the file's picture, of a caller that makes more of it and would else fetch it for each.
    When it returns they are durable and ready, and earlier renditions at the same place are retired. Raises
    ImageError when the picture cannot be rendered, Unavailable when storage or decoders are away,
    OriginalMissing when the picture itself is, Conflict when the file was changed or deleted meanwhile; then
    nothing of them stays, but that a recipe which failed alone is left alone for a while.
    """
    try:
        claims = claim(file, recipes)
    except StorageAway as error:
        raise Unavailable() from error
    if claims:
        recipes = [held.recipe for held in claims]
        with told([(file.pk, recipe.digest) for recipe in recipes]), measuring.making(recipes):
            _make(file, claims, source)


def _make(file: UploadedFile, claims: Sequence[Claim], source: Source | None) -> None:
    try:
        with temporaries(len(claims)) as paths:
            targets = [(held.recipe, path) for held, path in zip(claims, paths, strict=True)]
            rendered = render_into(file, targets, source)
            _store(file, claims, paths, rendered)
        _finish(file, claims, rendered)
    except BaseException as error:
        if len(claims) == 1 and calls_for_rest(error):
            rest(claims[0], error)
        else:
            give_back(claims)
        raise


@contextmanager
def temporaries(number: int) -> Iterator[list[Path]]:
    """Empty private files in the spool, gone with the context. Raises Unavailable."""
    paths: list[Path] = []
    try:
        paths.extend(new_temporary() for _ in range(number))  # keeps those before one that fails
        yield paths
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def render_into(
    file: UploadedFile, targets: Sequence[tuple[Recipe, Path]], source: Source | None = None
) -> list[Rendered]:
    """Renders a stored picture into files, in the sandbox. Raises ImageError, Unavailable."""
    with source_of(file) as own:
        path = (source or own).path()
        try:
            with measuring.rendering([recipe for recipe, _ in targets]):
                return decoding.sandbox().render(path, targets)
        except FileNotFoundError as error:  # a folder's own file, removed meanwhile
            raise OriginalMissing() from error


def _store(
    file: UploadedFile, claims: Sequence[Claim], paths: Sequence[Path], rendered: Sequence[Rendered]
) -> None:
    writes = [
        Write(
            held.row.storage,
            held.row.key,
            path,
            of_rendition(held.row, file.original_filename, made.sha256),
        )
        for held, path, made in zip(claims, paths, rendered, strict=True)
    ]
    try:
        require_storage(claims[0].row.storage, seen_is_enough=True)
        write_all(writes)
        metrics.stored_bytes.labels("renditions").inc(sum(made.size for made in rendered))
    except (StorageAway, KeyTaken) as error:
        raise Unavailable() from error


def _finish(file: UploadedFile, claims: Sequence[Claim], rendered: Sequence[Rendered]) -> None:
    """Ready, only while the claims hold and the file is as it was when the recipes were written."""
    with transaction.atomic():
        same = UploadedFile.objects.select_for_update().filter(
            pk=file.pk, lifecycle=UploadedFile.Lifecycle.READY, revision=file.revision
        )
        if same.first() is None:
            raise Conflict("The picture was changed or deleted while it was rendered.")
        ids = [held.row.pk for held in claims]
        held_rows = Rendition.objects.select_for_update().filter(
            pk__in=ids, claim=claims[0].token, state=_State.PENDING
        )
        rows = {row.pk: row for row in held_rows.order_by("pk")}
        if len(rows) < len(ids):
            raise Unavailable("Rendering took too long; try again.")
        for held, made in zip(claims, rendered, strict=True):
            _fill(rows[held.row.pk], made)
        fields = ["state", "lease_until", "failures", "late", "width", "height", "size", "sha256"]
        Rendition.objects.bulk_update(rows.values(), fields)
        _retire_predecessors(file, list(rows.values()))
        look_again([file.pk])


def _fill(row: Rendition, made: Rendered) -> None:
    row.state, row.lease_until, row.failures, row.late = _State.READY, None, 0, 0
    row.width, row.height, row.size, row.sha256 = made.width, made.height, made.size, made.sha256


def _retire_predecessors(file: UploadedFile, made: Sequence[Rendition]) -> None:
    """What stood at the same place by another recipe is no longer what its address means."""
    places = {(row.preset, row.format, row.variant) for row in made}
    ids = {row.pk for row in made}
    earlier = [
        row.pk
        for row in Rendition.objects.filter(file=file, state=_State.READY)
        if row.pk not in ids and (row.preset, row.format, row.variant) in places
    ]
    Rendition.objects.filter(pk__in=earlier).update(state=_State.RETIRED, retired_at=Now())
