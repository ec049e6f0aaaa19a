"""Bytes over HTTP: authorise first, then validators, then bytes, or the way to them.

Lean: no DRF, one query for a public picture, and little middleware (config.middleware.PicturesFirst).
"""

import logging
from collections.abc import Callable
from functools import cache
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from uploads_app.errors import NotFound, PermissionDenied, Unavailable
from uploads_app.models import Rendition, UploadedFile
from uploads_app.serve.accel import answerable, is_ask, let_nginx_send, yes
from uploads_app.serve.choose import choose_original, choose_rendition
from uploads_app.serve.conditions import Slice, not_modified, requested_slice
from uploads_app.serve.elsewhere import redirect
from uploads_app.serve.headers import image_headers
from uploads_app.serve.picture import Picture
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage
from uploads_app.visibility import Viewer

logger = logging.getLogger(__name__)


def serve_file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """GET and HEAD of a file's bytes, for whoever may see it. Raises domain errors."""
    token, viewer = request.GET.get("share", ""), _viewer_of()(request)
    with answerable(request):
        return _answer(request, choose_original(viewer, file_id, token, wait=not is_ask(request)))


def serve_rendition(request: HttpRequest, file_id: UUID, preset: str, extension: str) -> HttpResponseBase:
    """GET and HEAD of one size of a picture, for whoever may see it. Raises domain errors."""
    version, token = request.GET.get("v", ""), request.GET.get("share", "")
    viewer, wait = _viewer_of()(request), not is_ask(request)
    with answerable(request):
        picture = choose_rendition(viewer, file_id, preset, extension, version, token, wait=wait)
        return _answer(request, picture)


def _answer(request: HttpRequest, picture: Picture) -> HttpResponseBase:
    headers = image_headers(picture)
    tag, modified = picture.etag, picture.modified.timestamp()
    asked = request.headers
    if is_ask(request):
        if redirect(picture, headers) is not None:
            raise PermissionDenied()  # nginx passes the request on, to be redirected
        return yes(picture, headers)
    if not_modified(asked.get("If-None-Match"), asked.get("If-Modified-Since"), tag, modified):
        return _unchanged(headers)
    if request.method == "HEAD":
        return HttpResponse(headers=headers | {"Content-Length": str(picture.size)})
    elsewhere = redirect(picture, headers)
    if elsewhere is not None:
        return elsewhere
    part = requested_slice(asked.get("Range"), asked.get("If-Range"), tag, modified, picture.size)
    # nginx cannot judge If-Range: of our validators it knows none.
    if settings.VITRINE_ACCEL and "If-Range" not in asked:
        return let_nginx_send(picture, part, headers)
    return _send(picture, part, headers)


def _unchanged(headers: dict[str, str]) -> HttpResponse:
    """304, which says nothing of the type: caches keep the one that came with the bytes."""
    answer = HttpResponse(status=304, headers=headers)
    del answer["Content-Type"]
    return answer


def _send(picture: Picture, part: Slice | None, headers: dict[str, str]) -> HttpResponse:
    """The bytes in one piece: pictures are small (VITRINE_MAX_FILE_SIZE), and the server then sends them by
    itself. In blocks, a reader that stalls would hold a thread for as long as it likes."""
    start, length, status = (part.start, part.length, 206) if part else (0, picture.size, 200)
    data = _read(picture, start, length)
    if len(data) < length:
        logger.error("bytes at %s are cut short", picture.key)
        raise Unavailable()
    headers["Content-Length"] = str(length)
    if part is not None:
        headers["Content-Range"] = part.content_range
    return HttpResponse(data, status=status, headers=headers)


def _read(picture: Picture, start: int, length: int) -> bytes:
    try:
        return storage(picture.storage).read(picture.key, start, length)
    except FileNotFoundError as error:
        if not _still_there(picture.key):
            raise NotFound() from error  # deleted or replaced this very moment
        logger.error("bytes at %s are missing", picture.key)
        raise Unavailable() from error
    except StorageAway as error:
        raise Unavailable() from error


def _still_there(key: str) -> bool:
    files = UploadedFile.objects.filter(file=key, lifecycle=UploadedFile.Lifecycle.READY)
    return files.exists() or Rendition.objects.filter(key=key, state=Rendition.State.READY).exists()


@cache
def _viewer_of() -> Callable[[HttpRequest], Viewer]:
    """Who asks, by the room that knows people: this one only knows AUTH_USER_MODEL."""
    found: Callable[[HttpRequest], Viewer] = import_string(settings.VITRINE_VIEWER)
    return found
