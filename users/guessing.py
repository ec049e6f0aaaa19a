"""Guessing passwords gets slow: by account and address together, and by address alone.

django-axes calls this from its authentication backend, which stands before every check of a password,
whichever door it came through; so API and admin share their counts. The counts are our own: axes reads
its count, checks the password and adds to it afterwards, which lets parallel guesses through, and it
keeps names and addresses of whoever mistyped. Here a try is counted before its password is checked, in
one step, and forgotten when the password was right.

The pair of account and address is locked, never the account: nobody can lock a person out from afar.
"""

import hashlib
import logging
from typing import Any

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from uploads_app.errors import Invalid, Throttled
from uploads_app.observing import metrics
from users import throttling
from users.addresses import client_address
from users.counting import counts
from users.models import User

logger = logging.getLogger(__name__)

SCOPE = "login"


class PasswordGuard(AxesBaseHandler, AbstractAxesHandler):  # type: ignore[misc]  # axes has no types
    """Decides whether a password may be tried at all."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Counts this try; false when there were too many. The request then says how long to wait."""
        wait = _counted_wait(request, _pair_key(request, (credentials or {}).get("username") or ""))
        request.login_wait = wait  # type: ignore[attr-defined]
        if wait is not None:
            metrics.logins.labels("throttled").inc()
        return wait is None

    def user_logged_in(self, sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        """The password was right, so the tries before were mistakes of its owner."""
        metrics.logins.labels("ok").inc()
        forget_tries(request, user)

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """The try was counted before; one that was refused untried is no wrong password."""
        if request is None or waiting_time(request) is None:
            metrics.logins.labels("failed").inc()

    def user_logged_out(self, sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
        """Nothing: leaving is no guess."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Axes asks for this only where `is_allowed` is not overridden."""
        return 0


def person_with(request: HttpRequest, username: str, password: str) -> User | None:
    """Whose name and password these are; None when they do not fit.

    Raises Throttled when there were too many tries, whether or not the password is right.
    """
    user = authenticate(request, username=username, password=password)
    wait = waiting_time(request)
    if wait is not None:
        raise Throttled(wait)
    return user if isinstance(user, User) else None


def confirm_password(request: HttpRequest, user: User, password: str) -> None:
    """Makes sure that it is the person who asks, not only their token or their open browser.

    Counted like a login, as it could be guessed here as well. Raises Invalid or Throttled.
    """
    if person_with(request, user.get_username(), password) is None:
        raise Invalid.field("password", "This is not your password.")
    forget_tries(request, user)


def waiting_time(request: HttpRequest) -> int | None:
    """Seconds until this request's password may be tried; None when it was not refused."""
    wait: int | None = getattr(request, "login_wait", None)
    return wait


def count_code(request: HttpRequest, user: User) -> None:
    """Counts a try at a person's second factor from this address. Raises Throttled when there were too many.

    To get this far takes their password. Beside this, django-otp makes each device wait longer and longer.
    """
    wait = _counted_wait(request, _code_key(request, user))
    if wait is not None:
        raise Throttled(wait)


def forget_codes(request: HttpRequest, user: User) -> None:
    """Begins to count codes anew, after a right one."""
    counts.forget(_code_key(request, user))


def forget_tries(request: HttpRequest, user: User) -> None:
    """Begins to count anew for a person at this address."""
    counts.forget(_pair_key(request, user.get_username()))


def lockout_response(request: HttpRequest, response: HttpResponse, _credentials: Any) -> HttpResponse:
    """What axes' middleware answers instead of the admin's login form. Elsewhere it is 429 by then."""
    if response.status_code == 429:
        return response
    wait = waiting_time(request) or settings.VITRINE_LOGIN_COOLOFF
    told = {"title": "A little too fast", "detail": "Too many attempts to log in.", "retry_after": wait}
    refused = render(request, "error.html", told, status=429)
    refused["Retry-After"] = str(wait)
    refused["Cache-Control"] = "no-store"
    return refused


def _counted_wait(request: HttpRequest, pair: str) -> int | None:
    """Counts a try for its address, then for the pair; the wait in seconds of the first that is too many."""
    rate = throttling.rate_of(SCOPE)
    if rate:
        key = throttling.address_key(request, SCOPE)
        hits = counts.hit(key, period=rate.period)[key]
        if hits.count > rate.limit:
            return hits.wait()
    limit = settings.VITRINE_LOGIN_FAILURES
    hits = counts.attempt(pair, limit=limit, period=settings.VITRINE_LOGIN_COOLOFF)
    if hits.count <= limit:
        return None
    logger.warning("too many wrong passwords or codes for one account from %s", client_address(request))
    return hits.wait()


def _pair_key(request: HttpRequest, username: str) -> str:
    """Hashed, as what people type for a name may be anything, even their password."""
    name = hashlib.sha256(username.lower().encode(errors="replace")).hexdigest()[:32]
    return f"guess:{name}:{client_address(request)}"


def _code_key(request: HttpRequest, user: User) -> str:
    return f"code:{user.pk}:{client_address(request)}"
