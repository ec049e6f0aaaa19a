"""Logging in and out, and what a refresh token is good for: once."""

import logging
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework_simplejwt.exceptions import InvalidToken

from uploads_app.errors import NotAuthenticated
from users import tokens
from users.models import Login, User

logger = logging.getLogger(__name__)

_GRACE = timedelta(hours=1)  # more than any leeway of clocks


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a client keeps of a login."""

    access: str
    refresh: str


def log_in(user: User) -> Tokens:
    """Begins a login for a person whose password was checked.

    Raises NotAuthenticated when the account ended meanwhile.
    """
    try:
        login = Login.objects.create(
            user=user,
            current_jti=uuid.uuid4().hex,
            auth_hash=user.get_session_auth_hash(),
            expires_at=timezone.now() + timedelta(seconds=settings.VITRINE_REFRESH_TTL),
        )
    except IntegrityError as error:
        raise NotAuthenticated("This account is no longer there.") from error
    return Tokens(*tokens.mint(login))


def refresh(raw: str) -> Tokens:
    """Trades a refresh token for a new pair; the old one is worthless afterwards.

    The token is consumed by one conditional UPDATE before anything is minted, so of parallel attempts one
    succeeds. A token that was consumed before is in two hands: the whole login ends (RFC 9700). There is
    no time of grace, as nothing tells a client's double click from a thief.

    Raises InvalidToken.
    """
    claims = tokens.read_refresh(raw)
    fresh = uuid.uuid4().hex
    consumed = _live(claims).update(current_jti=fresh)
    # No transaction around this: what is revoked stays revoked when the error is raised.
    if not consumed:
        _revoke_reused(claims)
        raise InvalidToken()
    login = Login.objects.select_related("user").filter(pk=claims.login_id).first()
    if login is None or not tokens.lets_in(login):
        Login.objects.filter(pk=claims.login_id).update(revoked_at=timezone.now())
        raise InvalidToken()
    login.current_jti = fresh  # of this very trade, whatever happened to the row since
    return Tokens(*tokens.mint(login))


def log_out(raw: str) -> None:
    """Ends the login of a refresh token, its access tokens included.

    Raises InvalidToken for a token that is not the current one of a living login; a stale one ends it too.
    """
    claims = tokens.read_refresh(raw)
    if not _live(claims).update(revoked_at=timezone.now()):
        _revoke_reused(claims)
        raise InvalidToken()


def verify(raw: str) -> None:
    """Raises InvalidToken unless this is a live access token or the current refresh token of a live login."""
    try:
        tokens.user_of_access_token(raw)
    except InvalidToken:
        login = _live(tokens.read_refresh(raw)).select_related("user").first()
        if login is None or not tokens.lets_in(login):
            raise


def revoke_all(user: User) -> int:
    """Ends every login of a person; says how many there were."""
    return end_logins(user.logins.all())


def end_logins(logins: QuerySet[Login]) -> int:
    """Ends those of these logins that are alive; says how many there were."""
    return logins.filter(revoked_at=None).update(revoked_at=timezone.now())


def prune() -> int:
    """Forgets logins whose tokens have all expired; says how many there were."""
    return Login.objects.filter(expires_at__lt=timezone.now() - _GRACE).delete()[0]


def _live(claims: tokens.Claims) -> QuerySet[Login]:
    return Login.objects.filter(
        pk=claims.login_id,
        user=claims.user_id,
        current_jti=claims.jti,
        revoked_at=None,
        expires_at__gt=timezone.now(),
    )


def _revoke_reused(claims: tokens.Claims) -> None:
    alive = Login.objects.filter(pk=claims.login_id, user=claims.user_id, revoked_at=None)
    if alive.update(revoked_at=timezone.now()):
        logger.warning("login %s ended: a refresh token of it was used twice", claims.login_id)
