"""Bytes over HTTP: authorise first, then validators, then bytes.

Lean: no DRF, and one query for a public file.
"""

import logging
from collections.abc import Callable, Iterator
from functools import cache
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from uploads_app.errors import NotFound, Unavailable
from uploads_app.models import UploadedFile
from uploads_app.serve.conditions import Slice, not_modified, requested_slice
from uploads_app.serve.headers import etag, image_headers
from uploads_app.services.access import visible_file
from uploads_app.storage.errors import StorageAway
from uploads_app.visibility import Viewer

logger = logging.getLogger(__name__)

# A whole picture in one block (they are small: VITRINE_MAX_FILE_SIZE). The server then sends it by itself and
# the thread is free; in small blocks, a reader that stalls would hold the thread for as long as it likes.
_BLOCK = 16 * 1024 * 1024  # bytes


def serve_file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """GET and HEAD of a file's bytes, for whoever may see it. Raises domain errors."""
    file = visible_file(_viewer_of()(request), file_id)
    headers = image_headers(file, public=file.is_public)  # type: ignore[attr-defined]
    tag, modified = etag(file), file.uploaded_at.timestamp()
    asked = request.headers
    if not_modified(asked.get("If-None-Match"), asked.get("If-Modified-Since"), tag, modified):
        return HttpResponse(status=304, headers=headers)  # with the picture's type: caches merge headers
    if request.method == "HEAD":
        return HttpResponse(headers=headers | {"Content-Length": str(file.file_size)})
    part = requested_slice(asked.get("Range"), asked.get("If-Range"), tag, modified, file.file_size)
    return _send(file, part, headers)


def _send(file: UploadedFile, part: Slice | None, headers: dict[str, str]) -> StreamingHttpResponse:
    source = _open(file)
    if part is None:
        length, status = file.file_size, 200
    else:
        source.seek(part.start)
        length, status = part.length, 206
        headers["Content-Range"] = part.content_range
    headers["Content-Length"] = str(length)
    response = StreamingHttpResponse(_blocks(source, length), status=status, headers=headers)
    response._resource_closers.append(source.close)  # type: ignore[attr-defined]
    return response


def _open(file: UploadedFile) -> IO[bytes]:
    try:
        stored: IO[bytes] = storages["default"].open_stored(file.key)  # type: ignore[attr-defined]
    except FileNotFoundError as error:
        if not UploadedFile.objects.filter(pk=file.pk, lifecycle=UploadedFile.Lifecycle.READY).exists():
            raise NotFound() from error  # deleted this very moment
        logger.error("bytes of %s are missing", file.pk)
        raise Unavailable() from error
    except StorageAway as error:
        raise Unavailable() from error
    return stored


def _blocks(source: IO[bytes], length: int) -> Iterator[bytes]:
    while length > 0 and (block := source.read(min(_BLOCK, length))):
        length -= len(block)
        yield block


@cache
def _viewer_of() -> Callable[[HttpRequest], Viewer]:
    """Who asks, by the room that knows people: this one only knows AUTH_USER_MODEL."""
    found: Callable[[HttpRequest], Viewer] = import_string(settings.VITRINE_VIEWER)
    return found
