"""Redis killed, stopped, full or emptied: counting goes on, locks stand, nobody waits for it twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from config.tests.own_redis import PASSWORD as REDIS_PASSWORD
from config.tests.own_redis import OwnRedis
from users.counting import counts
from users.counting.database import DatabaseCounts
from users.counting.in_redis import RedisCounts
from users.models import User
from users.tests.factories import PASSWORD
from users.tests.test_guessing import api

pytestmark = pytest.mark.django_db
LIMIT = 5


def refuse_writes(server: OwnRedis) -> None:
    with server.client() as redis:
        redis.config_set("maxmemory-policy", "noeviction")
        redis.config_set("maxmemory", "1")


def slow_down(server: OwnRedis) -> None:
    with server.client() as redis:
        redis.client_pause(60_000, all=True)


LOSSES: dict[str, Callable[[OwnRedis], None]] = {
    "killed": OwnRedis.kill,
    "stopped": OwnRedis.hang,
    "slow": slow_down,
    "full": refuse_writes,
}


@pytest.fixture(params=LOSSES)
def lose(request: Any, own_redis: OwnRedis, settings: Any) -> Callable[[], None]:
    def lost() -> None:
        LOSSES[request.param](own_redis)
        settings.VITRINE_REDIS_TIMEOUT = 0.2

    return lost


@pytest.fixture(autouse=True)
def low_limits(settings: Any) -> None:
    settings.VITRINE_LOGIN_FAILURES = LIMIT


def evals(server: OwnRedis) -> int:
    """How many scripts this Redis was asked to run."""
    with server.client() as redis:
        return sum(
            said["calls"]
            for name, said in redis.info("commandstats").items()
            if name.startswith("cmdstat_eval")
        )


def test_redis_counts_while_it_is_there(own_redis: OwnRedis, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert [counts.hit("a", period=60)["a"].count for _ in range(3)] == [1, 2, 3]
    assert RedisCounts().look("a").count == 3


def test_the_database_counts_once_it_is_lost(lose: Callable[[], None]) -> None:
    counts.hit("a", period=60)
    lose()
    assert [counts.hit("a", period=60)["a"].count for _ in range(3)] == [1, 2, 3]
    assert DatabaseCounts().look("a").count == 3


def test_a_guess_is_never_let_through_because_it_is_lost(owner: User, lose: Callable[[], None]) -> None:
    for number in range(LIMIT):
        assert api("owner", f"guess {number}").status_code == 401
    lose()
    refused = api("owner", PASSWORD)
    assert refused.status_code == 429
    assert 890 <= int(refused["Retry-After"]) <= 900


def test_guesses_are_limited_while_it_is_lost(owner: User, lose: Callable[[], None]) -> None:
    lose()
    assert [api("owner", "guess").status_code for _ in range(LIMIT + 2)] == [401] * LIMIT + [429] * 2


def test_a_lock_stands_when_redis_comes_back_empty(owner: User, own_redis: OwnRedis) -> None:
    for _ in range(LIMIT):
        api("owner", "guess")
    own_redis.kill()
    own_redis.start()
    assert {api("owner", PASSWORD).status_code for _ in range(LIMIT + 2)} == {429}


def test_a_lock_of_while_it_was_lost_stands_when_it_is_back(owner: User, own_redis: OwnRedis) -> None:
    own_redis.kill()
    for _ in range(LIMIT):
        api("owner", "guess")
    own_redis.start()
    assert api("owner", PASSWORD).status_code == 429


def test_guesses_of_while_it_was_lost_are_counted_on(owner: User, own_redis: OwnRedis) -> None:
    own_redis.kill()
    assert [api("owner", "guess").status_code for _ in range(LIMIT - 2)] == [401] * (LIMIT - 2)
    own_redis.start()
    assert [api("owner", "guess").status_code for _ in range(4)] == [401, 401, 429, 429]


def test_a_lock_by_what_both_counted_stands_without_redis(
    owner: User, own_redis: OwnRedis, settings: Any
) -> None:
    for _ in range(LIMIT - 1):
        api("owner", "guess")
    own_redis.hang()
    settings.VITRINE_REDIS_TIMEOUT = 0.2
    for _ in range(LIMIT - 2):
        api("owner", "guess")
    own_redis.go_on()
    settings.VITRINE_REDIS_TIMEOUT = 10.0
    assert api("owner", PASSWORD).status_code == 429
    own_redis.kill()
    assert api("owner", PASSWORD).status_code == 429


def test_the_right_password_forgets_what_both_counted(owner: User, own_redis: OwnRedis) -> None:
    own_redis.kill()
    api("owner", "guess")
    own_redis.start()
    api("owner", "guess")
    assert api("owner", PASSWORD).status_code == 200
    assert [api("owner", "guess").status_code for _ in range(LIMIT + 1)] == [401] * LIMIT + [429]


def test_it_is_taken_up_again_when_it_answers(own_redis: OwnRedis) -> None:
    own_redis.kill()
    counts.hit("a", period=60)
    own_redis.start()
    counts.hit("a", period=60)
    assert RedisCounts().look("a").count == 1


def test_one_that_restarted_between_two_requests_is_not_noticed(own_redis: OwnRedis, caplog: Any) -> None:
    counts.hit("a", period=60)
    own_redis.kill()
    own_redis.start()
    counts.hit("a", period=60)
    assert RedisCounts().look("a").count == 1
    assert not caplog.records


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("threads", [1, 8])
def test_one_that_hangs_is_waited_for_once_and_then_left_alone(
    own_redis: OwnRedis, settings: Any, threads: int
) -> None:
    settings.VITRINE_REDIS_REST, settings.VITRINE_REDIS_TIMEOUT = 3600.0, 1.0

    def count(times: int) -> None:
        for _ in range(times):
            counts.hit("a", period=60)
        connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(count, [3] * threads))
        before = evals(own_redis)
        own_redis.hang()
        list(pool.map(count, [20] * threads))
        own_redis.go_on()

    assert before < evals(own_redis) <= before + threads
    assert DatabaseCounts().look("a").count == 20 * threads


def test_its_loss_and_its_return_are_logged_once_and_without_its_password(
    own_redis: OwnRedis, caplog: Any
) -> None:
    own_redis.kill()
    for _ in range(5):
        counts.hit("a", period=60)
    own_redis.start()
    for _ in range(5):
        counts.hit("a", period=60)
    said = [record.getMessage() for record in caplog.records if "Redis" in record.getMessage()]
    where = f"127.0.0.1:{own_redis.port}"
    assert said == [
        f"Redis at {where} is left alone (ConnectionError): the database serves",
        f"Redis at {where} answers again",
    ]
    assert REDIS_PASSWORD not in caplog.text
