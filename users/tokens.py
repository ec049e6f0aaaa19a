"""Bearer tokens: the one module that knows simplejwt.

A token is a signed reference to a `Login` row, and is worth as much as that row: every use reads it, with
its user, in one query. So logging out, a changed password and a disabled account end access at once, which
simplejwt alone does not do. Tokens carry `sid` (the login), `user_id`, `jti`, `token_type`, `iat`, `exp`
and nothing else.
"""

import re
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.state import token_backend
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from uploads_app.statements import Statement, given
from users.models import Login, User

CHALLENGE = 'Bearer realm="api"'
# Ours are below 400 characters. Longer ones are not worth parsing.
_LONGEST_TOKEN = 2000
_KINDS: dict[str, type[Token]] = {"access": AccessToken, "refresh": RefreshToken}
_REMEMBERED = 4096  # tokens of each process whose signature need not be computed again
_HEX = re.compile(r"[0-9a-f]{32}")
_DIGITS = re.compile(r"[0-9]{1,18}")
_LOGIN = Statement(lambda: Login.objects.select_related("user").filter(pk=given("login")))
# What hostile tokens make JSON and dates raise (RecursionError comes from the header, before any signature).
_MALFORMED = (TokenError, ValueError, TypeError, KeyError, ArithmeticError, RecursionError, OSError)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a validly signed token of the right type says."""

    login_id: UUID
    user_id: int
    jti: str
    expires_at: int  # seconds since the epoch


def mint(login: Login) -> tuple[str, str]:
    """The access and the current refresh token of a login, neither living longer than the login."""
    access, refresh = AccessToken(), RefreshToken()
    refresh["jti"] = login.current_jti
    _bound_by(login, refresh)
    refresh.payload["exp"] = int(login.expires_at.timestamp())
    _bound_by(login, access)
    access.payload["exp"] = min(access.payload["exp"], refresh.payload["exp"])
    return str(access), str(refresh)


def read_refresh(raw: str) -> Claims:
    """The claims of a validly signed, unexpired refresh token. Raises InvalidToken.

    Says nothing about its login: whoever calls this has to ask the row.
    """
    return _claims("refresh", raw)


def user_of_access_token(raw: str) -> User:
    """Whose live access token this is; one query. Raises InvalidToken for anything else."""
    claims = _claims("access", raw)
    login = _LOGIN.first(login=claims.login_id)
    if login is None or login.user_id != claims.user_id or not is_alive(login):
        raise InvalidToken()
    return login.user


def is_alive(login: Login) -> bool:
    """Whether a login still lets its person in."""
    return login.revoked_at is None and login.expires_at > timezone.now() and lets_in(login)


def lets_in(login: Login) -> bool:
    """Whether the account is active and has the password that the login was made with."""
    return login.user.is_active and login.user.has_auth_hash(login.auth_hash)


def bearer_token(request: HttpRequest) -> str | None:
    """The token of the Authorization header; None without one, or when it is of another scheme.

    Raises AuthenticationFailed for a malformed header.
    """
    parts = request.META.get("HTTP_AUTHORIZATION", "").split()
    if not parts or parts[0].lower() != "bearer":
        return None
    if len(parts) != 2:
        raise AuthenticationFailed("The Authorization header must be: Bearer <access token>.")
    return str(parts[1])


class BearerAuthentication(BaseAuthentication):
    """DRF's door to `user_of_access_token`."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        raw = bearer_token(request)
        return None if raw is None else (user_of_access_token(raw), None)

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def _bound_by(login: Login, token: Token) -> None:
    token["sid"] = login.pk.hex
    token["user_id"] = str(login.user_id)


def _claims(kind: str, raw: str) -> Claims:
    if len(raw) > _LONGEST_TOKEN:
        raise InvalidToken()
    claims = _verified(kind, raw, token_backend.prepared_signing_key, *settings.VITRINE_JWT_FALLBACK_KEYS)
    if claims.expires_at <= time.time() - api_settings.LEEWAY:
        raise InvalidToken()
    return claims


@lru_cache(_REMEMBERED)
def _verified(kind: str, raw: str, *_keys: str | bytes) -> Claims:
    """Remembered: a page asks for many pictures with one token, whose signature stays good until it expires.

    What may change, its login, is asked for each time. Raises InvalidToken, which is not remembered.
    """
    try:
        payload = _payload(_KINDS[kind], raw)
        sid, user_id, jti = (payload[name] for name in ("sid", "user_id", "jti"))
        return Claims(UUID(hex=_hex(sid)), _row_id(user_id), _hex(jti), int(payload["exp"]))
    except _MALFORMED as error:
        raise InvalidToken() from error


def _payload(kind: type[Token], raw: str) -> dict[str, Any]:
    """The payload of a token signed with the present key, or with one of those before it."""
    try:
        return kind(raw).payload  # type: ignore[arg-type]  # simplejwt takes the text
    except TokenError:
        for key in settings.VITRINE_JWT_FALLBACK_KEYS:
            with suppress(TokenError):
                return _signed_before(kind, key)(raw).payload  # type: ignore[arg-type]
        raise


def _signed_before(kind: type[Token], key: str) -> type[Token]:
    backend = TokenBackend(api_settings.ALGORITHM, key, leeway=api_settings.LEEWAY)
    return type(kind.__name__, (kind,), {"_token_backend": backend})


def _hex(value: Any) -> str:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise ValueError("not 32 hexadecimal digits")
    return value


def _row_id(value: Any) -> int:
    """Numbers that no row can have must not get as far as the database, which would refuse them loudly."""
    if not isinstance(value, str) or not _DIGITS.fullmatch(value):
        raise ValueError("not the id of a row")
    return int(value)
