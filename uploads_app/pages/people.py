"""Who is behind a page's request that had to be signed in."""

from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest


def person(request: HttpRequest) -> AbstractBaseUser:
    """The signed-in person of a request that `login_required` let through."""
    return cast(AbstractBaseUser, request.user)
