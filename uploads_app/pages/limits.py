"""Limits on how often plain pages may do something: the API's own, counted together with it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from uploads_app.errors import Throttled
from uploads_app.pages.bodies import Params, View


class _Scoped(APIView):
    """What the throttles ask a view for."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.throttle_scope = scope


def take_turn(request: HttpRequest, scope: str) -> None:
    """Counts once under `scope`, for who is signed in and for where they are; every call counts.

    Raises Throttled when that is too often.
    """
    asked = Request(request)  # fresh, for throttles remember on it that they have counted
    asked.user = request.user
    kinds: Any = api_settings.DEFAULT_THROTTLE_CLASSES
    for throttle in [kind() for kind in kinds]:
        if not throttle.allow_request(asked, _Scoped(scope)):
            raise Throttled(max(1, round(throttle.wait() or 1)))


def throttled(scope: str = "write") -> Callable[[View[Params]], View[Params]]:
    """For a view whose form may be sent so often; looking at it counts nothing.

    Stands outermost, so that a body is not read for who is too quick. Raises Throttled.
    """

    def decorate(view: View[Params]) -> View[Params]:
        @wraps(view)
        def counted(request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
            if request.method not in SAFE_METHODS:
                take_turn(request, scope)
            return view(request, *args, **kwargs)

        return counted

    return decorate
