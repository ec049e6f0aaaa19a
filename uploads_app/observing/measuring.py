"""What services and storages call: each measures one thing that is done inside it, and lets errors through."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from uploads_app.errors import VitrineError
from uploads_app.images.errors import (
    DecoderCrashed,
    DecoderLate,
    DecoderOutOfMemory,
    DecoderTimeout,
    ImageError,
    SandboxUnavailable,
)
from uploads_app.images.recipes import Recipe
from uploads_app.observing import metrics
from uploads_app.observing.spans import span
from uploads_app.storage.errors import KeyTaken, StorageAway

OK = "ok"
WAYS = ("multipart", "direct", "tus", "inside")
_REASONS: dict[type[ImageError], str] = {
    DecoderTimeout: "timeout",
    DecoderOutOfMemory: "out_of_memory",
    DecoderCrashed: "crashed",
    DecoderLate: "late",
    SandboxUnavailable: "unavailable",
}


@contextmanager
def uploading(way: str, size: int) -> Iterator[None]:
    """One upload of `size` bytes, from the moment on when its body is whole."""
    metrics.received_bytes.labels(way).inc(size)
    try:
        yield
    except BaseException as error:
        metrics.uploads.labels(way, outcome_of(error)).inc()
        raise
    metrics.uploads.labels(way, OK).inc()


@contextmanager
def decoding() -> Iterator[None]:
    """A picture that is checked and cleaned."""
    with span("decode"), _in_a_decoder("decode"), metrics.decode_seconds.time():
        yield


@contextmanager
def rendering(recipes: Sequence[Recipe]) -> Iterator[None]:
    """Sizes that are rendered at once."""
    format_ = recipes[0].format.value if recipes else "none"
    with (
        span("render", format=format_),
        _in_a_decoder("render"),
        metrics.render_seconds.labels(format_).time(),
    ):
        yield


@contextmanager
def making(recipes: Sequence[Recipe]) -> Iterator[None]:
    """Renditions that are rendered and stored, all or none."""
    outcome = OK
    try:
        yield
    except BaseException as error:
        outcome = outcome_of(error)
        raise
    finally:
        for one in recipes:
            metrics.renditions.labels(one.preset.name, one.format.value, outcome).inc()


@contextmanager
def calling(storage: str, method: str) -> Iterator[None]:
    """A call of a storage."""
    outcome, begun = OK, time.perf_counter()
    try:
        with span("storage", alias=storage, method=method):
            yield
    except BaseException as error:
        outcome = _outcome_of_call(error)
        raise
    finally:
        metrics.storage_seconds.labels(storage, method).observe(time.perf_counter() - begun)
        metrics.storage_calls.labels(storage, method, outcome).inc()


def outcome_of(error: BaseException) -> str:
    """The code of an error that is foreseen, which is one of a table; else `error`."""
    return error.code if isinstance(error, VitrineError | ImageError) else "error"


@contextmanager
def _in_a_decoder(work: str) -> Iterator[None]:
    try:
        yield
    except ImageError as error:
        if reason := _REASONS.get(type(error)):
            metrics.decoder_failures.labels(work, reason).inc()
        raise


def _outcome_of_call(error: BaseException) -> str:
    match error:
        case FileNotFoundError():
            return "absent"
        case KeyTaken():
            return "taken"
        case StorageAway():
            return "away"
    return "error"
