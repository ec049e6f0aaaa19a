"""What a login gives."""

from typing import Any

import pytest
from django.db import IntegrityError
from rest_framework.test import APIClient

from users.models import Login, User
from users.services.login import Tokens, log_in
from users.tests.factories import PASSWORD
from users.tests.signing import payload_of


def access_works(tokens: Tokens) -> bool:
    client = APIClient(raise_request_exception=False)
    status = client.get("/api/users/me", headers={"authorization": f"Bearer {tokens.access}"}).status_code
    assert status in (200, 401)
    return status == 200


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


def test_an_account_that_ends_while_somebody_logs_in_is_401(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(**kwargs: Any) -> None:
        raise IntegrityError("FOREIGN KEY constraint failed")

    monkeypatch.setattr(Login.objects, "create", ended)
    answer = APIClient().post("/api/auth/token", {"username": "owner", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
