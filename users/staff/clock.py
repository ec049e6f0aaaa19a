"""How long a login to the admin lasts: to its end in any case, and to less where nothing is asked for.

A session keeps two moments: when its person logged in, and when they last asked the admin for something. The
second is written once a minute at most, so a stay may end up to a minute early, and never late.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone

_SINCE, _SEEN = "staff_since", "staff_seen"
_WRITE_EVERY = 60  # seconds


def begin(session: MutableMapping[str, Any]) -> None:
    """Notes that staff logged in now."""
    session[_SINCE] = session[_SEEN] = _now()


def over(data: Mapping[str, Any]) -> str | None:
    """Why this session is no longer good for the admin, as words for its person; None while it is."""
    since, seen, now = data.get(_SINCE), data.get(_SEEN), _now()
    if since is None or seen is None:
        return "Please log in again to use the staff pages."
    if now >= since + settings.VITRINE_STAFF_SESSION:
        return "A login to the staff pages does not last longer. Please log in again."
    if now >= seen + settings.VITRINE_STAFF_IDLE:
        return "You were logged out, as you had not used the staff pages for a while. Please log in again."
    return None


def tick(session: MutableMapping[str, Any]) -> None:
    """Notes that the admin was asked for something, unless that was noted just now."""
    now = _now()
    if now - session[_SEEN] >= min(_WRITE_EVERY, settings.VITRINE_STAFF_IDLE // 2):
        session[_SEEN] = now


def begin_with_login(request: HttpRequest | None, user: AbstractBaseUser, **_kwargs: Any) -> None:
    """For `user_logged_in`, whichever door it was: staff may go on to the admin from the pages.

    A login that gives tokens sends that signal too; it leaves the session alone, as this does then.
    """
    session = getattr(request, "session", None)
    if session is not None and session.modified and getattr(user, "is_staff", False):
        begin(session)


def _now() -> int:
    return int(timezone.now().timestamp())
