"""A refresh token is good once. Twice means it is in two hands."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from users.models import Login, User
from users.services.login import Tokens, log_in
from users.tests.factories import UserFactory

ROUNDS = int(os.environ.get("REFRESH_ROUNDS", "50"))
AT_ONCE = 8


def refresh(token: str) -> Any:
    return APIClient(raise_request_exception=False).post("/api/auth/token/refresh", {"refresh": token})


def access_status(token: str) -> int:
    return APIClient().get("/api/users/me", headers={"authorization": f"Bearer {token}"}).status_code


def test_refreshing_gives_a_new_pair_and_the_old_access_token_lives_on_to_its_end(owner: User) -> None:
    old = log_in(owner)
    answer = refresh(old.refresh)

    assert answer.status_code == 200
    new = Tokens(**answer.json())
    assert new.refresh != old.refresh
    assert access_status(new.access) == 200
    assert Login.objects.count() == 1


def test_a_chain_of_refreshes_goes_on(owner: User) -> None:
    token = log_in(owner).refresh
    for _ in range(5):
        token = refresh(token).json()["refresh"]
    assert refresh(token).status_code == 200


def test_replaying_an_old_refresh_token_ends_the_whole_login(owner: User) -> None:
    old = log_in(owner)
    new = Tokens(**refresh(old.refresh).json())

    replay = refresh(old.refresh)

    assert (replay.status_code, replay.json()["code"]) == (401, "token_not_valid")
    assert refresh(new.refresh).status_code == 401
    assert access_status(new.access) == 401
    assert access_status(old.access) == 401
    assert Login.objects.get().revoked_at is not None


def test_a_replay_leaves_other_logins_alone(owner: User) -> None:
    stolen, other = log_in(owner), log_in(owner)
    refresh(stolen.refresh)
    refresh(stolen.refresh)
    assert refresh(other.refresh).status_code == 200


def test_logging_out_with_an_old_refresh_token_ends_the_login_too(owner: User) -> None:
    old = log_in(owner)
    new = refresh(old.refresh).json()
    assert APIClient().post("/api/auth/logout", {"refresh": old.refresh}).status_code == 401
    assert access_status(new["access"]) == 401


def test_refreshing_costs_two_queries(owner: User, django_assert_num_queries: Any) -> None:
    """Consume, and read the login with its person."""
    token = log_in(owner).refresh
    with django_assert_num_queries(2):
        assert refresh(token).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_parallel_refreshes_exactly_one_succeeds_in_every_round() -> None:
    """Check and mark apart would let several through: the session would fork, unnoticed."""
    owner = UserFactory.create()
    start = Barrier(AT_ONCE)

    def attempt(token: str) -> int:
        client = APIClient(raise_request_exception=False)
        start.wait()
        try:
            return client.post("/api/auth/token/refresh", {"refresh": token}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in range(ROUNDS):
            token = log_in(owner).refresh
            statuses = sorted(threads.map(attempt, [token] * AT_ONCE))
            assert statuses == [200] + [401] * (AT_ONCE - 1)
            assert Login.objects.filter(revoked_at=None).count() == 0  # the seven gave it away
