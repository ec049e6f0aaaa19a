"""What is promised of counting, by each engine alike."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from users.counting.base import Counts, Hits
from users.counting.database import DatabaseCounts
from users.counting.in_redis import RedisCounts
from users.tests.windows import shorten_windows

ENGINES: dict[str, Callable[[], Counts]] = {"database": DatabaseCounts, "redis": RedisCounts}


@pytest.fixture(params=ENGINES)
def counts(request: Any, db: None) -> Counts:
    if request.param == "redis":
        request.getfixturevalue("with_redis")
    return ENGINES[request.param]()


def await_end_of(counts: Counts, key: str) -> None:
    limit = time.monotonic() + 20
    while counts.look(key).count and time.monotonic() < limit:
        time.sleep(0.02)


def test_counting_begins_with_one(counts: Counts) -> None:
    assert [counts.hit("a", period=60)["a"].count for _ in range(3)] == [1, 2, 3]


def test_keys_are_counted_apart_and_each_once_a_time(counts: Counts) -> None:
    counts.hit("a", period=60)
    found = counts.hit("b", "a", "b", period=60)
    assert {key: hits.count for key, hits in found.items()} == {"a": 2, "b": 1}


def test_a_window_ends_its_period_after_the_first_time(counts: Counts) -> None:
    first = counts.hit("a", period=60)["a"]
    assert 59 < first.left <= 60
    assert first.wait() == 60
    shorten_windows(30)
    assert counts.hit("a", period=60)["a"].left <= 30


def test_after_its_end_another_begins_with_one(counts: Counts) -> None:
    for _ in range(3):
        counts.hit("a", period=60)
    shorten_windows(0.1)
    await_end_of(counts, "a")
    again = counts.hit("a", period=60)["a"]
    assert again.count == 1
    assert again.left > 59


def test_looking_counts_nothing(counts: Counts) -> None:
    assert counts.look("a") == Hits(0, 0)
    counts.hit("a", period=60)
    assert [counts.look("a").count for _ in range(3)] == [1, 1, 1]
    assert 59 < counts.look("a").left <= 60


@pytest.mark.parametrize("before", [0, 1, 9])
def test_holding_sets_the_count_and_begins_the_window_anew(counts: Counts, before: int) -> None:
    for _ in range(before):
        counts.hit("a", period=60)
    counts.hold("a", count=5, period=900)
    held = counts.hit("a", period=60)["a"]
    assert held.count == 6
    assert 898 < held.left <= 900


def test_forgetting_ends_a_window_and_no_other(counts: Counts) -> None:
    counts.hit("a", "b", period=60)
    counts.forget("a")
    counts.forget("never counted")
    assert (counts.look("a").count, counts.look("b").count) == (0, 1)


@pytest.mark.parametrize("key", ["a b", "*", "é:☃", "x" * 200, "a\nb", "%s{}"])
def test_any_key_is_counted_as_it_is(counts: Counts, key: str) -> None:
    counts.hit("a", period=60)
    assert [counts.hit(key, period=60)[key].count for _ in range(2)] == [1, 2]
    assert counts.look("a").count == 1


@pytest.mark.django_db(transaction=True)
def test_no_two_threads_get_the_same_count(counts: Counts) -> None:
    def count(number: int) -> list[int]:
        keys = ("a", "b") if number % 2 else ("b", "a")
        try:
            return [counts.hit(*keys, period=600)["a"].count for _ in range(25)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        found = sorted(one for many in threads.map(count, range(8)) for one in many)

    assert found == list(range(1, 201))
    assert counts.look("b").count == 200
