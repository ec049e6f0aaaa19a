"""Each request is counted, timed, logged and has an id, at whatever depth it is answered."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject, empty

from config.observing.discretion import route_of
from config.observing.exposed import metrics_page
from config.observing.ready import readyz
from uploads_app.observing import metrics
from uploads_app.observing.carried import carrying, new_id, sane

Handler = Callable[[HttpRequest], HttpResponseBase]

HEADER = "X-Request-ID"
logger = logging.getLogger("vitrine.requests")

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
# Asked by machines on this network, by whatever name they know us and without TLS.
_ABOUT_THE_SITE: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "/readyz": readyz,
    "/metrics": metrics_page,
}


class Observed:
    """The outermost middleware."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        about = _ABOUT_THE_SITE.get(request.path_info)
        if about is not None:
            return about(request)
        begun = time.perf_counter()
        found = _id_of(request)
        with carrying(found):
            response = self.get_response(request)
            response[HEADER] = found
            _told(request, response, time.perf_counter() - begun)
        return response


def _id_of(request: HttpRequest) -> str:
    """The id that our proxy gave the request; a client's own is never believed, nor is one that is not sane."""
    given = request.META.get("HTTP_X_REQUEST_ID") if settings.VITRINE_TRUSTED_PROXIES else None
    return (given and sane(given)) or new_id()


def _told(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    route = _route(request, response)
    method = request.method if request.method in _METHODS else "other"
    metrics.requests.labels(route, method, response.status_code).inc()
    metrics.request_seconds.labels(route).observe(seconds)
    if logger.isEnabledFor(logging.INFO):
        told: dict[str, Any] = {
            "method": method,
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "bytes": int(response.get("Content-Length") or 0),
        }
        if (person := _known(request)) is not None:
            told["user"] = person
        logger.info("request", extra={"fields": told})


def _route(request: HttpRequest, response: HttpResponseBase) -> str:
    """One of the patterns that there are. Static files have one name, and what is nowhere has one."""
    found = route_of(request)
    if found == "none" and response.status_code < 400 and request.path_info.startswith(settings.STATIC_URL):
        return "static"
    return found


def _known(request: HttpRequest) -> Any:
    """The id of who asked, where something has found out; nobody is asked for it."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = user._wrapped  # looking at it would ask the database
    return None if user is None or user is empty else user.pk
