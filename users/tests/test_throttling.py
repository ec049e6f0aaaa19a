"""Limits on how often something may be done, counted for all processes together."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from users import throttling
from users.models import User
from users.tests.windows import counted, end_windows

SignIn = Callable[[User], APIClient]


@pytest.fixture(autouse=True)
def three_writes(settings: Any) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1.0
    settings.VITRINE_THROTTLE_RATES = settings.VITRINE_THROTTLE_RATES | {
        "write": "3/minute",
        "register": "2/hour",
        "refresh": "2/minute",
    }


def write(client: APIClient, **extra: Any) -> Any:
    return client.patch("/api/users/me", {"headline": "x"}, **extra)


def test_too_many_writes_are_429_and_say_when_to_come_back(owner: User, signed_in: SignIn) -> None:
    client = signed_in(owner)
    assert [write(client).status_code for _ in range(5)] == [200, 200, 200, 429, 429]

    refused = write(client)
    assert refused.json()["code"] == "throttled"
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_a_person_is_counted_wherever_they_are(owner: User, signed_in: SignIn) -> None:
    client = signed_in(owner)
    statuses = [write(client, REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_an_address_is_counted_whoever_they_are(owner: User, stranger: User, signed_in: SignIn) -> None:
    mine, theirs = signed_in(owner), signed_in(stranger)
    assert [write(client).status_code for client in (mine, theirs, mine, theirs)] == [200, 200, 200, 429]


def test_others_elsewhere_are_not_held_up(owner: User, stranger: User, signed_in: SignIn) -> None:
    client = signed_in(owner)
    for _ in range(5):
        write(client)
    assert write(signed_in(stranger), REMOTE_ADDR="10.9.9.9").status_code == 200


def test_a_forged_forwarding_header_changes_nothing(visitor: APIClient, db: None) -> None:
    bodies = [
        {"username": f"n{n}", "email": f"n{n}@example.com", "password": "long enough pw"} for n in range(4)
    ]
    statuses = [
        visitor.post("/api/auth/register", body, headers={"x-forwarded-for": f"10.0.0.{n}"}).status_code
        for n, body in enumerate(bodies)
    ]
    assert statuses == [201, 201, 429, 429]


def test_a_window_ends(owner: User, signed_in: SignIn) -> None:
    client = signed_in(owner)
    for _ in range(4):
        write(client)
    end_windows()
    assert write(client).status_code == 200
    assert set(counted().values()) == {1}


def test_reading_is_not_counted(owner: User, signed_in: SignIn) -> None:
    client = signed_in(owner)
    for _ in range(6):
        assert client.get("/api/users/me").status_code == 200
    assert not counted()


def test_scopes_are_counted_apart(visitor: APIClient, db: None) -> None:
    statuses = [visitor.post("/api/auth/token/refresh", {"refresh": "x"}).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
    body = {"username": "n", "email": "n@example.com", "password": "long enough pw"}
    assert visitor.post("/api/auth/register", body).status_code == 201


def test_scale_zero_switches_throttles_off(owner: User, signed_in: SignIn, settings: Any) -> None:
    settings.VITRINE_THROTTLE_SCALE = 0
    client = signed_in(owner)
    assert {write(client).status_code for _ in range(6)} == {200}


def test_scale_multiplies_every_rate(settings: Any) -> None:
    settings.VITRINE_THROTTLE_SCALE = 2.5
    assert throttling.rate_of("write") == throttling.Rate(7, 60)
    assert throttling.rate_of("register") == throttling.Rate(5, 3600)


def test_a_rate_that_cannot_be_read_is_an_error_not_no_limit(settings: Any) -> None:
    settings.VITRINE_THROTTLE_RATES = {"write": "lots"}
    with pytest.raises(ValueError, match="lots"):
        throttling.rate_of("write")


def test_counting_person_and_address_costs_one_query_or_none_with_redis(
    owner: User, signed_in: SignIn, settings: Any, django_assert_num_queries: Any
) -> None:
    client = signed_in(owner)
    # The login, both counts, the profile read and written, the two ends of the transaction it is written in.
    with django_assert_num_queries(5 if settings.REDIS_URL else 6):
        write(client)
