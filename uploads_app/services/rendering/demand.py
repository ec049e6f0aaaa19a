"""A rendition that somebody waits for: one render, however many ask and in however many processes."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from uploads_app.errors import Conflict, NotFound, Unavailable
from uploads_app.images.errors import ImageError, SandboxUnavailable
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Recipe
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.make import make
from uploads_app.services.rendering.rest import FAILURES_OF_REST, FIRST_REST
from uploads_app.services.rendering.wanted import recipe, valid_digests

_State = Rendition.State
_POLL = 0.05  # seconds

_lock = threading.Lock()
_flights: dict[tuple[UUID, str], Future[Rendition]] = {}
_under_way = 0


def rendition_on_demand(file: UploadedFile, preset: str, extension: str, digest: str | None) -> Rendition:
    """The ready rendition that an address means, made now if need be.

    `digest` is the version in the address; one that no present recipe has means the present version.
    Raises NotFound for an unknown preset or extension, Conflict for a picture or a size that was set aside,
    Unavailable when too many are being made or it takes too long.
    """
    asked = _meant(file, preset, extension, digest)
    row = _ready(file, asked)
    return row if row is not None else _fly(file, asked)


def ready_rendition(file: UploadedFile, preset: str, extension: str, digest: str | None) -> Rendition | None:
    """The same where it is ready; None where it would have to be made. Raises NotFound as that does."""
    return _ready(file, _meant(file, preset, extension, digest))


def _meant(file: UploadedFile, preset: str, extension: str, digest: str | None) -> Recipe:
    if preset not in PRESETS or extension not in {format_.value for format_ in OutputFormat}:
        raise NotFound()
    format_ = OutputFormat(extension)
    base = recipe(file, PRESETS[preset], format_)
    if digest is None or digest == base.digest:
        return base
    other = valid_digests(file).get(digest)
    return other if other and (other.preset, other.format) == (base.preset, base.format) else base


def _ready(file: UploadedFile, asked: Recipe) -> Rendition | None:
    return Rendition.objects.filter(file=file, digest=asked.digest, state=_State.READY).first()


def _fly(file: UploadedFile, asked: Recipe) -> Rendition:
    """The first thread of this process does the work, the others wait for what it gets."""
    key = (file.pk, asked.digest)
    with _lock:
        flight = _flights.get(key)
        first = flight is None
        if flight is None:
            flight = _flights[key] = Future()
    if not first:
        return flight.result(timeout=settings.VITRINE_RENDER_WAIT + 5)
    try:
        flight.set_result(_obtain(file, asked))
    except BaseException as error:  # noqa: BLE001  (told to all who wait, and raised below)
        flight.set_exception(error)
    finally:
        with _lock:
            del _flights[key]
    return flight.result()


def _obtain(file: UploadedFile, asked: Recipe) -> Rendition:
    deadline = time.monotonic() + settings.VITRINE_RENDER_WAIT
    while time.monotonic() < deadline:
        if (row := _ready(file, asked)) is not None:
            return row
        _refuse_what_rests(file, asked)
        if _somebody_is_at_it(file, asked):
            time.sleep(_POLL)
        else:
            _make_within_bounds(file, asked)
    raise Unavailable("This size is still being made.", retry_after=2)


def _refuse_what_rests(file: UploadedFile, asked: Recipe) -> None:
    rows = Rendition.objects.filter(file=file, digest=asked.digest, state=_State.PENDING, failures__gt=0)
    row = rows.filter(lease_until__gt=Now()).first()
    if row is not None and row.failures >= FAILURES_OF_REST:
        raise Conflict("This picture cannot be shown in this size.")
    if row is not None:
        raise Unavailable("This size could not be made.", retry_after=FIRST_REST)


def _somebody_is_at_it(file: UploadedFile, asked: Recipe) -> bool:
    rows = Rendition.objects.filter(file=file, digest=asked.digest)
    busy = Q(state=_State.REMOVING) | Q(state=_State.PENDING, lease_until__gt=Now())
    return rows.filter(busy).exists()


def _make_within_bounds(file: UploadedFile, asked: Recipe) -> None:
    global _under_way
    if UploadedFile.objects.filter(pk=file.pk, rendering=UploadedFile.Rendering.POISON).exists():
        raise Conflict("This picture cannot be shown in other sizes.")
    with _lock:
        if _under_way >= settings.VITRINE_RENDERS_AT_ONCE:
            raise Unavailable("Many pictures are being made right now.", retry_after=2)
        _under_way += 1
    try:
        make(file, [asked])
    except (SandboxUnavailable, Conflict) as error:
        raise Unavailable(retry_after=1) from error
    except ImageError as error:
        raise Unavailable("This size could not be made.", retry_after=FIRST_REST) from error
    finally:
        with _lock:
            _under_way -= 1
