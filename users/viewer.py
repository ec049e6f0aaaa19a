"""Who asks, for views that do without DRF."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from users.models import User
from users.sessions import user_of_session
from users.tokens import bearer_token, user_of_access_token


def viewer_of(request: HttpRequest) -> User | AnonymousUser:
    """Who asks: by bearer token, else by the session of the pages. One query at most.

    The session is read aside and never touched, so that no answer sets a cookie for looking at a picture.
    Raises AuthenticationFailed or InvalidToken when there is a token that does not hold.
    """
    raw = bearer_token(request)
    if raw is not None:
        return user_of_access_token(raw)
    return user_of_session(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")) or AnonymousUser()
