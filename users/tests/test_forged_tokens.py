"""Tokens that somebody made up are 401, whatever they look like, and never an error of ours."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from users.models import Login, User
from users.services.login import log_in
from users.tests.signing import HEADER, Forgeable, claims, part, signed

Forge = Callable[[Forgeable], str]


def with_claims(**changes: Any) -> Forge:
    return lambda login: signed(HEADER, claims(login, **changes))


def with_header(**changes: Any) -> Forge:
    return lambda login: signed(HEADER | changes, claims(login))


def with_raw(good: dict[str, Any], text: str) -> bytes:
    """Claims with a piece that Python would not write."""
    return (json.dumps(good)[:-1] + "," + text + "}").encode()


FORGERIES: dict[str, Forge] = {
    "alg none": lambda login: f"{part({'alg': 'none'})}.{part(claims(login))}.",
    "alg None in another case": lambda login: f"{part({'alg': 'nOnE'})}.{part(claims(login))}.",
    "signature stripped": lambda login: signed(HEADER, claims(login)).rsplit(".", 1)[0] + ".",
    "two parts only": lambda login: signed(HEADER, claims(login)).rsplit(".", 1)[0],
    "another key": lambda login: signed(HEADER, claims(login), key="k" * 64),
    "the secret key of Django": lambda login: signed(HEADER, claims(login), key=settings.SECRET_KEY),
    "an empty key": lambda login: signed(HEADER, claims(login), key=""),
    "claims changed after signing": lambda login: ".".join(
        [part(HEADER), part(claims(login, exp=2**40)), signed(HEADER, claims(login)).split(".")[2]]
    ),
    "HS512 with our key": lambda login: signed(HEADER | {"alg": "HS512"}, claims(login), digest="sha512"),
    "RS256 confused": with_header(alg="RS256"),
    "ES256 confused": with_header(alg="ES256"),
    "an unknown critical header": with_header(crit=["x"], x=1),
    "a critical b64 header": with_header(crit=["b64"], b64=False),
    "a key of its own": lambda login: signed(
        HEADER | {"jwk": {"kty": "oct", "k": part(b"k" * 64)}}, claims(login), key="k" * 64
    ),
    "a key set of its own": lambda login: signed(
        HEADER | {"jku": "http://evil.example/keys"}, claims(login), key="k" * 64
    ),
    "a path as key id": lambda login: signed(HEADER | {"kid": "../../dev/null"}, claims(login), key=""),
    "alg that is a list": with_header(alg=["HS256"]),
    "alg that is an object": with_header(alg={}),
    "no alg": lambda login: signed({"typ": "JWT"}, claims(login)),
    "a header that is a list": lambda login: signed([], claims(login)),
    "claims that are a list": lambda login: signed(HEADER, [claims(login)]),
    "claims that are text": lambda _login: signed(HEADER, "claims"),
    "a header nested too deep": lambda login: f"{part(b'[' * 1200)}.{part(claims(login))}.{part(b'x')}",
    "claims nested too deep": lambda _login: signed(HEADER, b"[" * 800),
    "a number too long to read": lambda _login: signed(HEADER, b'{"exp":' + b"9" * 1200 + b"}"),
    "another type": with_claims(token_type="sliding"),
    "no type": with_claims(token_type=None),
    "no end": with_claims(exp=None),
    "ended": with_claims(exp=1_000_000_000),
    "an end beyond all calendars": with_claims(exp=10**30),
    "an end that is text": with_claims(exp="soon"),
    "an end that is infinite": lambda login: signed(
        HEADER, with_raw(claims(login, exp=None), '"exp":Infinity')
    ),
    "an end that is no number": lambda login: signed(HEADER, with_raw(claims(login, exp=None), '"exp":NaN')),
    "begun in the future": with_claims(iat=2**40),
    "no id": with_claims(jti=None),
    "an id that is a number": with_claims(jti=5),
    "no login": with_claims(sid=None),
    "a login that is a number": with_claims(sid=7),
    "a login that is text": with_claims(sid="abc"),
    "a login with a NUL": with_claims(sid="\x00" * 32),
    "a login that never was": with_claims(sid=uuid.UUID(int=1).hex),
    "no user": with_claims(user_id=None),
    "a user that is text": with_claims(user_id="abc"),
    "a user that is an object": with_claims(user_id={}),
    "a user that is a list": with_claims(user_id=["1"]),
    "a user too large for any row": with_claims(user_id=str(10**30)),
    "a user that is a number": lambda login: signed(HEADER, claims(login, user_id=login.user_id)),
    "a user with a NUL": with_claims(user_id="1\x00"),
    "a user in other digits": with_claims(user_id="١"),
    "another user": lambda login: signed(HEADER, claims(login, user_id=str(login.user_id + 1))),
    "nothing at all": lambda _login: "..",
    "no base64": lambda _login: "%%%.%%%.%%%",
}


@pytest.fixture
def login(owner: User) -> Login:
    log_in(owner)
    return Login.objects.get()


def me(token: str) -> Any:
    return APIClient(raise_request_exception=False).get(
        "/api/users/me", headers={"authorization": f"Bearer {token}"}
    )


def post(path: str, field: str, token: str) -> Any:
    return APIClient(raise_request_exception=False).post(f"/api/auth/{path}", {field: token})


def test_tokens_made_by_the_same_means_and_right_in_all_are_let_in(login: Login) -> None:
    """Else the refusals below would prove nothing."""
    assert me(signed(HEADER, claims(Forgeable(login)))).status_code == 200
    assert (
        post("token/refresh", "refresh", signed(HEADER, claims(Forgeable(login, "refresh")))).status_code
        == 200
    )


@pytest.mark.parametrize("name", [*FORGERIES, "a refresh token"])
def test_forged_access_tokens_are_401(login: Login, name: str) -> None:
    forge = FORGERIES.get(name, with_claims(token_type="refresh"))
    answer = me(forge(Forgeable(login)))

    assert answer.status_code == 401, answer.content
    assert answer.json()["code"] == "token_not_valid"
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("path", "field"), [("token/refresh", "refresh"), ("logout", "refresh"), ("token/verify", "token")]
)
@pytest.mark.parametrize("name", FORGERIES)
def test_forged_refresh_tokens_are_401_and_do_no_harm(login: Login, name: str, path: str, field: str) -> None:
    answer = post(path, field, FORGERIES[name](Forgeable(login, "refresh")))

    assert answer.status_code == 401, answer.content
    assert answer.json()["code"] == "token_not_valid"
    login.refresh_from_db()
    assert login.revoked_at is None


@pytest.mark.parametrize("path", ["token/refresh", "logout"])
def test_an_access_token_is_no_refresh_token(login: Login, path: str) -> None:
    token = signed(HEADER, claims(Forgeable(login), jti=login.current_jti))
    assert post(path, "refresh", token).status_code == 401
    login.refresh_from_db()
    assert login.revoked_at is None


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer a b",
        "Bearer " + "a" * 70_000,
        "Bearer " + part(b"[" * 60_000) + ".e30.e30",
        "Bearer " + part(b'{"a":' * 50_000) + ".e30.e30",
        "Bearer é.ü.ß",
        "Bearer \xff\xfe",
        "Bearer 🔑",
        "bearer x",
        "\x00",
        "Basic b3duZXI6eA==",
        "Token x",
        "",
        " ",
    ],
)
def test_headers_that_are_no_token_are_401(db: None, header: str) -> None:
    client = APIClient(raise_request_exception=False)
    assert client.get("/api/users/me", HTTP_AUTHORIZATION=header).status_code == 401


@pytest.mark.parametrize("query", ["token", "access", "jwt", "access_token", "authorization"])
def test_a_token_in_the_address_is_not_looked_at(owner: User, query: str) -> None:
    assert APIClient().get(f"/api/users/me?{query}={log_in(owner).access}").status_code == 401
