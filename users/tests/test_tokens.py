"""What a login gives, and what ends it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIClient
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.state import token_backend

from users.models import Login, User
from users.services.login import Tokens, log_in, revoke_all
from users.services.password import change_password
from users.tests.factories import PASSWORD
from users.tests.signing import HEADER, claims, payload_of, signed
from users.tokens import viewer_of


def access_works(tokens: Tokens) -> bool:
    client = APIClient(raise_request_exception=False)
    status = client.get("/api/users/me", headers={"authorization": f"Bearer {tokens.access}"}).status_code
    assert status in (200, 401)
    return status == 200


def refresh(token: str) -> Any:
    return APIClient(raise_request_exception=False).post("/api/auth/token/refresh", {"refresh": token})


def test_logging_in_gives_tokens_that_work(owner: User) -> None:
    answer = APIClient().post("/api/auth/token", {"username": "owner", "password": PASSWORD})

    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh"}
    assert access_works(Tokens(**answer.json()))


def test_a_username_is_the_same_in_any_case(owner: User) -> None:
    assert APIClient().post("/api/auth/token", {"username": "OWNER", "password": PASSWORD}).status_code == 200


def test_tokens_say_who_and_until_when_and_nothing_else(owner: User) -> None:
    tokens = log_in(owner)
    for token, kind in ((tokens.access, "access"), (tokens.refresh, "refresh")):
        payload = payload_of(token)
        assert set(payload) == {"token_type", "sid", "user_id", "jti", "iat", "exp"}
        assert payload["token_type"] == kind


@pytest.mark.parametrize(
    "body",
    [
        {"username": "owner", "password": "wrong"},
        {"username": "nobody", "password": PASSWORD},
        {"username": "owner", "password": PASSWORD + " "},
        {"username": "owner", "password": PASSWORD.upper()},
        {"username": "owner", "password": PASSWORD[:-1]},
    ],
)
def test_wrong_credentials_are_401_and_alike(owner: User, body: dict[str, str]) -> None:
    answer = APIClient().post("/api/auth/token", body)
    problem = answer.json()

    assert (answer.status_code, problem["code"]) == (401, "authentication_failed")
    assert problem["detail"] == "No active account has this name and password."
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_disabled_account_cannot_log_in_and_answers_like_a_wrong_password(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    answer = APIClient().post("/api/auth/token", {"username": "owner", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '"x"',
        "null",
        "{",
        "{}",
        '{"username": "owner"}',
        '{"username": ["owner"], "password": {}}',
        '{"username": "a\\u0000b", "password": "x"}',
        '{"username": "\\ud800", "password": "x"}',
        '{"username": "owner", "password": "\\ud800"}',
        '{"username": "owner", "password": "a\\u0000"}',
        '{"username": "%s", "password": "x"}' % ("a" * 500),
        '{"username": "owner", "password": "%s"}' % ("a" * 5000),
    ],
)
def test_bodies_that_are_no_credentials_are_400(owner: User, body: str) -> None:
    client = APIClient(raise_request_exception=False)
    answer = client.post("/api/auth/token", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_unknown_names_cost_a_hash_too(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the time taken does not tell which names exist."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    costs = []
    for name in ("owner", "nobody"):
        hashed.clear()
        APIClient().post("/api/auth/token", {"username": name, "password": "wrong"})
        costs.append(len(hashed))
    assert costs == [1, 1]


def test_a_stale_token_in_the_header_does_not_keep_one_from_logging_in(owner: User) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer stale")
    assert client.post("/api/auth/token", {"username": "owner", "password": PASSWORD}).status_code == 200


def test_logging_in_costs_five_queries(owner: User, django_assert_num_queries: Any) -> None:
    """Count the try, read the person, write the login, note the time, forget the tries."""
    with django_assert_num_queries(5):
        APIClient().post("/api/auth/token", {"username": "owner", "password": PASSWORD})


def test_an_access_token_costs_one_query(owner: User, django_assert_num_queries: Any) -> None:
    request = with_bearer(log_in(owner).access)
    with django_assert_num_queries(1):
        assert viewer_of(request) == owner


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


# --- viewer_of, for views that do without DRF -------------------------------------------------------


def with_bearer(token: str) -> HttpRequest:
    return RequestFactory().get("/", headers={"authorization": f"Bearer {token}"})


def test_a_viewer_without_credentials_costs_no_query(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert isinstance(viewer_of(RequestFactory().get("/")), AnonymousUser)


def test_a_viewer_with_a_bad_token_is_refused_even_beside_a_good_session(owner: User) -> None:
    request = with_bearer("bad")
    request.COOKIES = session_cookies(owner)
    with pytest.raises(InvalidToken):
        viewer_of(request)
    request.META["HTTP_AUTHORIZATION"] = "Bearer a b"
    with pytest.raises(AuthenticationFailed):
        viewer_of(request)


def session_cookies(user: User) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return {name: morsel.value for name, morsel in client.cookies.items()}


def of_session(cookies: dict[str, str]) -> User | AnonymousUser:
    request = RequestFactory().get("/")
    request.COOKIES = cookies
    viewer = viewer_of(request)
    assert not hasattr(request, "session")
    return viewer


def test_a_viewer_by_session_is_known(owner: User) -> None:
    assert of_session(session_cookies(owner)) == owner


@pytest.mark.parametrize("end", ["disabled", "password", "deleted", "logged out"])
def test_a_session_that_is_over_is_anonymous(owner: User, end: str) -> None:
    from django.contrib.sessions.models import Session

    cookies = session_cookies(owner)
    match end:
        case "disabled":
            User.objects.update(is_active=False)
        case "password":
            owner.set_password("x")
            owner.save()
        case "deleted":
            owner.delete()
        case "logged out":
            Session.objects.all().delete()
    assert isinstance(of_session(cookies), AnonymousUser)


@pytest.mark.parametrize("cookie", ["", "x", "\x00", "ü", "a" * 5000, uuid.uuid4().hex])
def test_cookies_that_are_no_session_are_anonymous(db: None, cookie: str) -> None:
    assert isinstance(of_session({"sessionid": cookie}), AnonymousUser)
