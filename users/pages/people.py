"""Who is behind a page's request."""

from typing import cast

from django.http import HttpRequest

from users.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person of a request that had to have one."""
    return cast(User, request.user)
