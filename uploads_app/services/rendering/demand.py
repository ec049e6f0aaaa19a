"""A rendition that somebody waits for: one render, however many ask and in however many processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from uploads_app.errors import Conflict, NotFound, Unavailable
from uploads_app.images.errors import DecoderLate, ImageError, SandboxUnavailable
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Recipe
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.flights import fly, pollers, still_being_made
from uploads_app.services.rendering.make import make
from uploads_app.services.rendering.notices import news_of
from uploads_app.services.rendering.rest import FIRST_REST, given_up, rests
from uploads_app.services.rendering.wanted import recipe, valid_digests

_State = Rendition.State
_FIRST_PAUSE, _LONGEST_PAUSE = 0.03, 0.4  # seconds, between looks at what another process is making
_ROUNDS = 3  # whoever is at it may come just before us, and end without success

_lock = threading.Lock()
_under_way = 0


def rendition_on_demand(file: UploadedFile, preset: str, extension: str, digest: str | None) -> Rendition:
    """The ready rendition that an address means, made now if need be.

    `digest` is the version in the address; one that no present recipe has means the present version.
    Raises NotFound for an unknown preset or extension and for a file deleted meanwhile, Conflict for a
    picture or a size that was set aside, Unavailable when too many are being made or it takes too long.
    """
    asked = _meant(file, preset, extension, digest)
    row = _ready(file, asked)
    return row or fly((file.pk, asked.digest), lambda: _obtain(file, asked))


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


def _obtain(file: UploadedFile, asked: Recipe) -> Rendition:
    for _ in range(_ROUNDS):
        row = _awaited(file, asked)
        if row is not None:
            return row
        _make_within_bounds(file, asked)
    raise still_being_made()


def _awaited(file: UploadedFile, asked: Recipe) -> Rendition | None:
    """The ready row, waited for while another process is at it; None when nobody is.

    Raises Unavailable when that takes long, or when too many wait already, and what a resting recipe means.
    """
    row = _present(file, asked)
    if not _busy(row):
        return row
    with pollers.one() as found:
        if not found:
            raise still_being_made()
        return _watched(file, asked)


def _watched(file: UploadedFile, asked: Recipe) -> Rendition | None:
    limit = time.monotonic() + settings.VITRINE_RENDER_WAIT_FOR_OTHERS
    pause = _FIRST_PAUSE
    with news_of((file.pk, asked.digest)) as news:
        while True:
            news.wait(pause, limit)
            row = _present(file, asked)
            if not _busy(row):
                return row
            if time.monotonic() >= limit:
                raise still_being_made()
            pause = min(1.5 * pause, _LONGEST_PAUSE)


def _present(file: UploadedFile, asked: Recipe) -> Rendition | None:
    """The row that is ready, or in somebody's hands."""
    held = Q(state=_State.REMOVING) | Q(state=_State.PENDING, lease_until__gt=Now())
    rows = Rendition.objects.filter(Q(state=_State.READY) | held, file=file, digest=asked.digest)
    return rows.first()


def _busy(row: Rendition | None) -> bool:
    """Whether somebody is at it. Raises Conflict or Unavailable while it rests."""
    if row is None or row.state == _State.READY:
        return False
    if not rests(row):
        return True
    if given_up(row):
        raise Conflict("This picture cannot be shown in this size.")
    raise Unavailable("This size could not be made.", retry_after=FIRST_REST)


def _make_within_bounds(file: UploadedFile, asked: Recipe) -> None:
    _check_state(file)
    try:
        with _render_place():
            make(file, [asked])
    except SandboxUnavailable as error:
        raise Unavailable(retry_after=FIRST_REST if isinstance(error, DecoderLate) else 1) from error
    except Conflict as error:
        _check_state(file)
        raise Unavailable(retry_after=1) from error  # edited meanwhile
    except ImageError as error:
        raise Unavailable("This size could not be made.", retry_after=FIRST_REST) from error


def _check_state(file: UploadedFile) -> None:
    """Raises NotFound for a file that was deleted meanwhile, Conflict for one that was set aside."""
    present = UploadedFile.objects.filter(pk=file.pk, lifecycle=UploadedFile.Lifecycle.READY)
    rendering = present.values_list("rendering", flat=True).first()
    if rendering is None:
        raise NotFound()
    if rendering == UploadedFile.Rendering.POISON:
        raise Conflict("This picture cannot be shown in other sizes.")


@contextmanager
def _render_place() -> Iterator[None]:
    global _under_way
    with _lock:
        if _under_way >= settings.VITRINE_RENDERS_AT_ONCE:
            raise Unavailable("Many pictures are being made right now.", retry_after=2)
        _under_way += 1
    try:
        yield
    finally:
        with _lock:
            _under_way -= 1
