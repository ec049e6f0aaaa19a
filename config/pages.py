"""Errors as pages: the same table and words as the API's problem documents, for people."""

import sys
from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import is_valid_path, reverse

from config.errors import Problem, describe, of_status, problem_response

_TITLES = {
    400: "That did not make sense",
    403: "Not yours to do",
    404: "Nothing here",
    405: "Not this way",
    409: "Not as things stand",
    413: "Too large",
    429: "A little too fast",
    500: "Something broke",
    503: "Not right now",
}
_DETAILS = {
    404: "What was here is gone, or is not shown to you.",
    405: "This address does something only when a form is sent to it.",
    500: "The fault is ours, and it is written down. Nothing you sent was half-done.",
}


def error_page(
    request: HttpRequest, document: Problem, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A problem document as a page, to scripts as it is; to a visitor who has to sign in, the way there."""
    if request.path_info.startswith("/api/") or _is_script(request):
        return problem_response(document, headers)
    status = document["status"]
    if status == 401:
        return to_login(request)
    headers = dict(headers or {})
    context: dict[str, object] = {
        "title": _TITLES.get(status, document["title"]),
        "detail": _DETAILS.get(status) or document["detail"],
        "retry_after": headers.get("Retry-After"),
    }
    if status >= 500:
        context["me"] = None  # who asks may be just what cannot be told now
    response = render(request, "error.html", context, status=status)
    response["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response[name] = value
    return response


def _is_script(request: HttpRequest) -> bool:
    """Whether who asks reads JSON rather than pages."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def to_login(request: HttpRequest) -> HttpResponse:
    """Where one signs in, and comes back from: to the page itself, or after a form to where the form was."""
    target = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("marketplace")
    response = HttpResponseRedirect(f"{reverse('login')}?{urlencode({'next': target})}")
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django's call)
    return error_page(request, of_status(400))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django's call)
    return error_page(request, of_status(403))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django's call)
    """The page that is there with a final slash, where one is; else that there is none."""
    path = request.path_info
    if request.method in ("GET", "HEAD") and not path.endswith("/") and is_valid_path(f"{path}/"):
        query = request.META.get("QUERY_STRING", "")
        there = f"{path}/{'?' if query else ''}{query}"
        # Without it caches would keep a permanent redirect for as long as they like.
        return HttpResponsePermanentRedirect(there, headers={"Cache-Control": "max-age=3600"})
    return error_page(request, of_status(404))


def server_error(request: HttpRequest) -> HttpResponse:
    """What no view raised, but something around it: also there a service that is away is no fault of ours."""
    described = describe(exc) if (exc := sys.exc_info()[1]) else None
    return error_page(request, *(described or (of_status(500),)))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  (Django's call)
    """A form whose token is missing or stale, as after logging in elsewhere."""
    detail = "This form was open for too long, or came from elsewhere. Load its page anew and send it again."
    return error_page(request, of_status(403) | {"detail": detail})
