"""Bytes over HTTP: authorise first, then validators, then bytes.

Lean: no DRF, and one query for a public picture.
"""

import logging
from collections.abc import Callable, Iterator
from functools import cache
from typing import IO, Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from uploads_app.errors import NotFound, Unavailable
from uploads_app.models import Rendition, UploadedFile
from uploads_app.serve.choose import choose_original, choose_rendition
from uploads_app.serve.conditions import Slice, not_modified, requested_slice
from uploads_app.serve.headers import image_headers
from uploads_app.serve.picture import Picture
from uploads_app.storage.errors import StorageAway
from uploads_app.visibility import Viewer

logger = logging.getLogger(__name__)

# A whole picture in one block (they are small: VITRINE_MAX_FILE_SIZE). The server then sends it by itself and
# the thread is free; in small blocks, a reader that stalls would hold the thread for as long as it likes.
_BLOCK = 16 * 1024 * 1024  # bytes


def serve_file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """GET and HEAD of a file's bytes, for whoever may see it. Raises domain errors."""
    token = request.GET.get("share", "")
    return _answer(request, choose_original(_viewer_of()(request), file_id, token))


def serve_rendition(request: HttpRequest, file_id: UUID, preset: str, extension: str) -> HttpResponseBase:
    """GET and HEAD of one size of a picture, for whoever may see it. Raises domain errors."""
    version, token = request.GET.get("v", ""), request.GET.get("share", "")
    viewer = _viewer_of()(request)
    return _answer(request, choose_rendition(viewer, file_id, preset, extension, version, token))


def _answer(request: HttpRequest, picture: Picture) -> HttpResponseBase:
    headers = image_headers(picture)
    tag, modified = picture.etag, picture.modified.timestamp()
    asked = request.headers
    if settings.VITRINE_ACCEL and asked.get("X-Vitrine-Ask"):
        return HttpResponse(status=204, headers=headers | {"X-Vitrine-Stored": quote(picture.key)})
    if not_modified(asked.get("If-None-Match"), asked.get("If-Modified-Since"), tag, modified):
        return HttpResponse(status=304, headers=headers)  # with the picture's type: caches merge headers
    if request.method == "HEAD":
        return HttpResponse(headers=headers | {"Content-Length": str(picture.size)})
    part = requested_slice(asked.get("Range"), asked.get("If-Range"), tag, modified, picture.size)
    # nginx cannot judge If-Range: of our validators it knows none.
    if settings.VITRINE_ACCEL and "If-Range" not in asked:
        del headers["Accept-Ranges"]  # nginx says so itself
        headers["X-Accel-Redirect"] = settings.VITRINE_ACCEL + quote(picture.key)
        return HttpResponse(headers=headers)
    return _send(picture, part, headers)


def _send(picture: Picture, part: Slice | None, headers: dict[str, str]) -> StreamingHttpResponse:
    source = _open(picture)
    if part is None:
        length, status = picture.size, 200
    else:
        source.seek(part.start)
        length, status = part.length, 206
        headers["Content-Range"] = part.content_range
    headers["Content-Length"] = str(length)
    response = StreamingHttpResponse(_blocks(source, length), status=status, headers=headers)
    response._resource_closers.append(source.close)  # type: ignore[attr-defined]
    return response


def _open(picture: Picture) -> IO[bytes]:
    storage: Any = storages["default"]
    try:
        stored: IO[bytes] = storage.open_stored(picture.key)
    except FileNotFoundError as error:
        if not _still_there(picture.key):
            raise NotFound() from error  # deleted or replaced this very moment
        logger.error("bytes at %s are missing", picture.key)
        raise Unavailable() from error
    except StorageAway as error:
        raise Unavailable() from error
    return stored


def _still_there(key: str) -> bool:
    files = UploadedFile.objects.filter(file=key, lifecycle=UploadedFile.Lifecycle.READY)
    return files.exists() or Rendition.objects.filter(key=key, state=Rendition.State.READY).exists()


def _blocks(source: IO[bytes], length: int) -> Iterator[bytes]:
    while length > 0 and (block := source.read(min(_BLOCK, length))):
        length -= len(block)
        yield block


@cache
def _viewer_of() -> Callable[[HttpRequest], Viewer]:
    """Who asks, by the room that knows people: this one only knows AUTH_USER_MODEL."""
    found: Callable[[HttpRequest], Viewer] = import_string(settings.VITRINE_VIEWER)
    return found
