"""Limits on how often the forms of pages are sent, counted together with the API's calls."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.permissions import SAFE_METHODS

from uploads_app.pages.bodies import Params, View
from users.throttling import count


def throttled(scope: str = "write") -> Callable[[View[Params]], View[Params]]:
    """For a view whose form may be sent so often; looking at it counts nothing.

    Stands outermost, so that a body is not read for who is too quick. Raises Throttled.
    """

    def decorate(view: View[Params]) -> View[Params]:
        @wraps(view)
        def counted(request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
            if request.method not in SAFE_METHODS:
                count(request, scope)
            return view(request, *args, **kwargs)

        return counted

    return decorate
