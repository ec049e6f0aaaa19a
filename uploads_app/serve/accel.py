"""What is agreed with the nginx in front (deploy/nginx.conf), where VITRINE_ACCEL says that there is one.

It asks whether a visitor may have a picture, and keeps the yes for seconds; and it sends the bytes of what
anybody else was allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from uploads_app.errors import NotAuthenticated, PermissionDenied, Unavailable, VitrineError
from uploads_app.serve.conditions import Slice
from uploads_app.serve.picture import Picture
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage

_S3 = "/_s3"  # internal address in nginx
_NO_FILE = ".s3"  # in the media folder there is none of this name
_KEPT_WITH_ERRORS = ("Cache-Control", "Content-Disposition")


def is_ask(request: HttpRequest) -> bool:
    """Whether nginx asks if a visitor may have a picture, and where it lies."""
    return bool(settings.VITRINE_ACCEL and "HTTP_X_VITRINE_ASK" in request.META)


@contextmanager
def answerable(request: HttpRequest) -> Iterator[None]:
    """Of a question only a yes and NotAuthenticated are final.

    Everything else becomes PermissionDenied: nginx then passes the request itself on, and its answer is the
    one that counts.
    """
    try:
        yield
    except NotAuthenticated:
        raise
    except VitrineError as error:
        if is_ask(request):
            raise PermissionDenied() from error
        raise


def yes(picture: Picture, headers: dict[str, str]) -> HttpResponse:
    """The answer to a question: where the bytes lie, and all headers with them. Raises Unavailable."""
    in_s3 = _in_s3(picture)
    place = in_s3 | {"X-Vitrine-Stored": _NO_FILE if in_s3 else quote(picture.key)}
    return HttpResponse(status=204, headers=headers | place)


def let_nginx_send(picture: Picture, part: Slice | None, headers: dict[str, str]) -> HttpResponse:
    """Leaves the bytes to nginx, which finds out by itself which `part` of a local file is wanted.

    It keeps some headers also for the error that it sends when the file is not there; those get names that it
    takes up only where it sends the picture. Raises Unavailable.
    """
    in_s3 = _in_s3(picture)
    renamed = _KEPT_WITH_ERRORS if not in_s3 else (*_KEPT_WITH_ERRORS, "Content-Type")
    named = {f"X-Vitrine-{name}" if name in renamed else name: headers[name] for name in headers}
    del named["Accept-Ranges"]  # nginx says so itself, as S3 does
    if not in_s3:
        return HttpResponse(headers=named | {"X-Accel-Redirect": settings.VITRINE_ACCEL + quote(picture.key)})
    wanted = {"X-Vitrine-Range": f"bytes={part.start}-{part.end}"} if part else {}
    answer = HttpResponse(headers=named | in_s3 | wanted | {"X-Accel-Redirect": _S3})
    del answer["Content-Type"]
    return answer


def _in_s3(picture: Picture) -> dict[str, str]:
    """Where nginx gets it from S3, as headers; none for a local file. The path is a secret."""
    try:
        link = storage(picture.storage).link(picture.key)
    except StorageAway as error:
        raise Unavailable() from error
    if link is None:
        return {}
    parts = urlsplit(link.url)
    return {"X-Vitrine-S3": f"{parts.path}?{parts.query}", "X-Vitrine-S3-Host": parts.netloc}
