"""What is agreed with the nginx in front (deploy/nginx.conf), where VITRINE_ACCEL says that there is one.

It asks whether a visitor may have a picture, and keeps the yes for seconds; and it sends the bytes of what
anybody else was allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from uploads_app.errors import NotAuthenticated, PermissionDenied, VitrineError
from uploads_app.serve.picture import Picture

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
    """The answer to a question: where the bytes lie, and all headers that go with them."""
    return HttpResponse(status=204, headers=headers | {"X-Vitrine-Stored": quote(picture.key)})


def let_nginx_send(picture: Picture, headers: dict[str, str]) -> HttpResponse:
    """Leaves the bytes to nginx.

    It keeps some headers also for the error that it sends when the file is not there; those get names that it
    takes up only where it sends the picture.
    """
    named = {f"X-Vitrine-{name}" if name in _KEPT_WITH_ERRORS else name: headers[name] for name in headers}
    del named["Accept-Ranges"]  # nginx says so itself
    return HttpResponse(headers=named | {"X-Accel-Redirect": settings.VITRINE_ACCEL + quote(picture.key)})
