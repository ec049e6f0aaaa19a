"""Guessing passwords: slowed at every door, and nobody locked out by somebody else."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import pytest
from django.db import connections
from django.test import Client
from rest_framework.test import APIClient

from users.models import User
from users.services.login import log_in
from users.tests.factories import PASSWORD, UserFactory
from users.tests.windows import counted, end_windows, shorten_windows

LIMIT = 5
HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"


class Door(Protocol):
    """Tries a password and says the status; 302 and 200 are both "in" for their doors."""

    def __call__(self, username: str, password: str, address: str = HERE) -> Any: ...


def api(username: str, password: str, address: str = HERE) -> Any:
    body = {"username": username, "password": password}
    return APIClient().post("/api/auth/token", body, REMOTE_ADDR=address)


def admin(username: str, password: str, address: str = HERE) -> Any:
    body = {"username": username, "password": password}
    return Client().post("/admin/login/?next=/admin/", body, REMOTE_ADDR=address)


DOORS: dict[str, tuple[Door, int, int]] = {"api": (api, 200, 401), "admin": (admin, 302, 200)}


@pytest.fixture(autouse=True)
def low_limits(settings: Any) -> None:
    settings.VITRINE_LOGIN_FAILURES = LIMIT
    settings.VITRINE_LOGIN_COOLOFF = 900


@pytest.fixture
def chief(db: None) -> User:
    return UserFactory.create(username="chief", is_staff=True, is_superuser=True)


@pytest.mark.parametrize("name", DOORS)
def test_from_the_limit_on_every_guess_is_429(chief: User, name: str) -> None:
    door, _, wrong = DOORS[name]
    statuses = [door("chief", f"guess {n}").status_code for n in range(50)]
    assert statuses == [wrong] * LIMIT + [429] * (50 - LIMIT)


@pytest.mark.parametrize("name", DOORS)
def test_even_the_right_password_waits_then(chief: User, name: str) -> None:
    door, inside, _ = DOORS[name]
    for n in range(LIMIT):
        door("chief", f"guess {n}")
    refused = door("chief", PASSWORD)
    assert refused.status_code == 429
    assert 890 <= int(refused["Retry-After"]) <= 900

    end_windows()
    assert door("chief", PASSWORD).status_code == inside


@pytest.mark.parametrize("name", DOORS)
def test_the_person_gets_in_from_another_address(chief: User, name: str) -> None:
    door, inside, _ = DOORS[name]
    for n in range(30):
        door("chief", f"guess {n}")
    assert door("chief", PASSWORD, ELSEWHERE).status_code == inside


@pytest.mark.parametrize(("first", "second"), [("api", "admin"), ("admin", "api")])
def test_both_doors_count_together(chief: User, first: str, second: str) -> None:
    for n in range(LIMIT):
        DOORS[first][0]("chief", f"guess {n}")
    assert DOORS[second][0]("chief", "one more").status_code == 429


def test_others_at_the_address_get_in(chief: User, stranger: User) -> None:
    for n in range(30):
        api("chief", f"guess {n}")
    assert api("stranger", PASSWORD).status_code == 200


def test_the_case_of_a_name_makes_no_new_account_to_guess(chief: User) -> None:
    statuses = [api(name, "x").status_code for name in ("chief", "CHIEF", "Chief", "cHief", "chieF", "chIef")]
    assert statuses == [401] * LIMIT + [429]


def test_unknown_names_are_locked_alike(db: None) -> None:
    assert [api("nobody", "x").status_code for _ in range(7)] == [401] * LIMIT + [429] * 2


def test_the_api_answers_with_a_problem(chief: User) -> None:
    for n in range(LIMIT):
        api("chief", f"guess {n}")
    refused = api("chief", "x")
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "throttled"


def test_the_admin_answers_with_a_page(chief: User) -> None:
    for n in range(LIMIT):
        admin("chief", f"guess {n}")
    refused = admin("chief", "x")
    assert refused["Content-Type"].startswith("text/html")
    assert "Try again in" in refused.content.decode()


@pytest.mark.parametrize("name", DOORS)
def test_the_right_password_forgets_the_mistakes_before(chief: User, name: str) -> None:
    door, inside, wrong = DOORS[name]
    for _ in range(3):
        assert [door("chief", "x").status_code for _ in range(LIMIT - 1)] == [wrong] * (LIMIT - 1)
        assert door("chief", PASSWORD).status_code == inside
    assert not counted()


def test_the_wait_begins_with_the_last_mistake_not_the_first(chief: User) -> None:
    for _ in range(LIMIT - 1):
        api("chief", "x")
    shorten_windows(5)  # almost over
    api("chief", "x")
    assert int(api("chief", "x")["Retry-After"]) > 890


@pytest.mark.parametrize("header", ["x-forwarded-for", "x-real-ip", "forwarded", "client-ip"])
def test_a_forged_address_gives_no_new_tries(chief: User, header: str) -> None:
    body = {"username": "chief", "password": "x"}
    statuses = [
        APIClient().post("/api/auth/token", body, headers={header: f"10.1.1.{n}"}).status_code
        for n in range(8)
    ]
    assert statuses == [401] * LIMIT + [429] * 3


@pytest.mark.parametrize("name", DOORS)
def test_guesses_spread_over_many_accounts_are_stopped_by_address(
    chief: User, settings: Any, name: str
) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1.0
    settings.VITRINE_THROTTLE_RATES = settings.VITRINE_THROTTLE_RATES | {"login": "10/minute"}
    door, inside, wrong = DOORS[name]

    statuses = [door(f"name{n}", "password1").status_code for n in range(15)]

    assert statuses == [wrong] * 10 + [429] * 5
    assert door("chief", PASSWORD).status_code == 429
    assert door("chief", PASSWORD, ELSEWHERE).status_code == inside


def test_deleting_an_account_is_no_place_to_guess_its_password(owner: User) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {log_in(owner).access}")
    statuses = [client.delete("/api/users/me", {"password": f"guess {n}"}).status_code for n in range(8)]
    assert statuses == [400] * LIMIT + [429] * 3
    assert client.delete("/api/users/me", {"password": PASSWORD}).status_code == 429
    assert User.objects.filter(pk=owner.pk).exists()


def test_counts_do_not_keep_what_was_typed(db: None) -> None:
    api("my-secret-password", "x")
    assert counted()
    assert not [key for key in counted() if "secret" in key]


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_do_not_get_past_the_limit(settings: Any) -> None:
    """Counting after the check would let every thread have a guess of its own."""
    UserFactory.create(username="owner")

    def guess(n: int) -> int:
        try:
            return int(api("owner", f"guess {n}").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(guess, range(40)))

    assert statuses == [401] * LIMIT + [429] * (40 - LIMIT)
