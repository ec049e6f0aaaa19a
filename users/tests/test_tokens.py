"""What ends a login, and what does not."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.state import token_backend

from users.models import Login, User
from users.services.login import Tokens, log_in, revoke_all
from users.services.password import change_password
from users.tests.factories import PASSWORD
from users.tests.signing import HEADER, claims, payload_of, signed


def access_works(tokens: Tokens) -> bool:
    client = APIClient(raise_request_exception=False)
    status = client.get("/api/users/me", headers={"authorization": f"Bearer {tokens.access}"}).status_code
    assert status in (200, 401)
    return status == 200


def refresh(token: str) -> Any:
    return APIClient(raise_request_exception=False).post("/api/auth/token/refresh", {"refresh": token})


def test_logging_out_ends_refresh_and_access_at_once(owner: User) -> None:
    tokens = log_in(owner)
    assert APIClient().post("/api/auth/logout", {"refresh": tokens.refresh}).status_code == 204

    assert not access_works(tokens)
    assert refresh(tokens.refresh).status_code == 401
    assert APIClient().post("/api/auth/logout", {"refresh": tokens.refresh}).status_code == 401


def test_logging_out_here_leaves_other_logins_alone(owner: User) -> None:
    here, there = log_in(owner), log_in(owner)
    APIClient().post("/api/auth/logout", {"refresh": here.refresh})
    assert access_works(there)
    assert refresh(there.refresh).status_code == 200


@pytest.mark.parametrize("door", ["service", "set_password", "update"])
def test_a_changed_password_ends_every_login_through_whichever_door(owner: User, door: str) -> None:
    tokens = log_in(owner)
    if door == "service":
        change_password(user=owner, old=PASSWORD, new="another horse battery")
    else:
        owner.set_password("another horse battery")
        if door == "update":
            User.objects.filter(pk=owner.pk).update(password=owner.password)
        else:
            owner.save()

    assert not access_works(tokens)
    assert refresh(tokens.refresh).status_code == 401
    assert not verifies(tokens.access)
    assert not verifies(tokens.refresh)


def test_a_disabled_account_is_out_at_once(owner: User) -> None:
    tokens = log_in(owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert not access_works(tokens)
    assert refresh(tokens.refresh).status_code == 401


def test_a_deleted_account_is_401_not_an_error(owner: User) -> None:
    tokens = log_in(owner)
    owner.delete()
    assert not access_works(tokens)
    assert refresh(tokens.refresh).status_code == 401
    assert APIClient().post("/api/auth/logout", {"refresh": tokens.refresh}).status_code == 401


def test_revoking_all_logins_ends_them(owner: User, stranger: User) -> None:
    mine, theirs = [log_in(owner), log_in(owner)], log_in(stranger)
    assert revoke_all(owner) == 2
    assert not any(access_works(tokens) for tokens in mine)
    assert access_works(theirs)


def test_a_login_ends_by_itself_however_often_it_was_refreshed(owner: User) -> None:
    tokens = log_in(owner)
    again = Tokens(**refresh(tokens.refresh).json())
    assert payload_of(again.refresh)["exp"] == payload_of(tokens.refresh)["exp"]

    Login.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not access_works(again)
    assert refresh(again.refresh).status_code == 401


def test_an_access_token_never_outlives_its_login(owner: User, settings: Any) -> None:
    settings.VITRINE_REFRESH_TTL = 60
    tokens = log_in(owner)
    assert payload_of(tokens.access)["exp"] == payload_of(tokens.refresh)["exp"]


def test_the_kinds_of_tokens_are_not_mixed_up(owner: User) -> None:
    tokens = log_in(owner)
    assert not access_works(Tokens(access=tokens.refresh, refresh=""))
    assert refresh(tokens.access).status_code == 401
    assert Login.objects.get().revoked_at is None


def test_a_sliding_token_with_the_right_key_is_not_taken(owner: User) -> None:
    log_in(owner)
    token = signed(HEADER, claims(Login.objects.get(), token_type="sliding"))
    assert not access_works(Tokens(access=token, refresh=""))


def verifies(token: str) -> bool:
    status = APIClient().post("/api/auth/token/verify", {"token": token}).status_code
    assert status in (200, 401)
    return status == 200


def test_verify_knows_both_kinds_while_they_live(owner: User) -> None:
    old = log_in(owner)
    assert verifies(old.access)
    assert verifies(old.refresh)
    new = Tokens(**refresh(old.refresh).json())
    assert not verifies(old.refresh)
    assert verifies(new.refresh)
    APIClient().post("/api/auth/logout", {"refresh": new.refresh})
    assert not verifies(new.access)
    assert not verifies(new.refresh)


OLD_KEY, NEW_KEY = "o" * 64, "n" * 64


def test_another_signing_key_ends_every_login(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = log_in(owner)
    monkeypatch.setattr(token_backend, "prepared_signing_key", NEW_KEY.encode())
    assert not access_works(tokens)
    assert refresh(tokens.refresh).status_code == 401


def test_with_the_old_key_kept_for_reading_nobody_is_logged_out(
    owner: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(token_backend, "prepared_signing_key", OLD_KEY.encode())
    old = log_in(owner)
    monkeypatch.setattr(token_backend, "prepared_signing_key", NEW_KEY.encode())
    settings.VITRINE_JWT_FALLBACK_KEYS = ["another" * 9, OLD_KEY]
    assert access_works(old)
    assert access_works(log_in(owner))

    new = Tokens(**refresh(old.refresh).json())
    settings.VITRINE_JWT_FALLBACK_KEYS = []  # new tokens are made with the new key alone
    assert access_works(new)
    assert not access_works(old)


@pytest.mark.parametrize(
    "changes", [{"exp": 1_000_000_000}, {"token_type": "refresh"}, {"exp": None}, {"sid": "x"}, {"jti": None}]
)
def test_a_fallback_key_makes_no_bad_token_good(owner: User, settings: Any, changes: dict[str, Any]) -> None:
    settings.VITRINE_JWT_FALLBACK_KEYS = [OLD_KEY]
    log_in(owner)
    login = Login.objects.get()
    assert access_works(Tokens(access=signed(HEADER, claims(login), key=OLD_KEY), refresh=""))
    assert not access_works(Tokens(access=signed(HEADER, claims(login, **changes), key=OLD_KEY), refresh=""))


def test_a_token_that_was_good_is_refused_once_it_has_expired(
    owner: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    tokens = log_in(owner)
    assert access_works(tokens)
    late = time.time() + settings.VITRINE_ACCESS_TTL + 11
    monkeypatch.setattr("users.tokens.time.time", lambda: late)
    assert not access_works(tokens)


def test_a_signature_is_computed_once_and_its_login_asked_each_time(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = log_in(owner)
    assert access_works(tokens)
    monkeypatch.setattr("users.tokens._payload", None)
    assert access_works(tokens)
    Login.objects.update(revoked_at=timezone.now())
    assert not access_works(tokens)
