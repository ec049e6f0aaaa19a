"""Who is behind a page's request."""

from functools import wraps
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from uploads_app.errors import NotAuthenticated
from uploads_app.pages.bodies import Params, View
from users.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person of a request that had to have one."""
    return cast(User, request.user)


def signed_in(view: View[Params]) -> View[Params]:
    """For addresses that only take forms: after logging in, nobody can be sent back to them.

    Raises NotAuthenticated.
    """

    @wraps(view)
    def asked(request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            raise NotAuthenticated()
        return view(request, *args, **kwargs)

    return asked
