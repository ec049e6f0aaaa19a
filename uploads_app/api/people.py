"""Who is behind a request that had to be signed in."""

from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.request import Request


def person(request: Request) -> AbstractBaseUser:
    """The signed-in person of a request that IsAuthenticated let through."""
    return cast(AbstractBaseUser, request.user)
