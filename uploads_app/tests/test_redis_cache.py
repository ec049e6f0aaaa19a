"""The cache in Redis: kept apart from all else that lies there, and forgetful while Redis is away."""

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from config.tests.own_redis import OwnRedis
from uploads_app.redis.connection import named, reached

LOSSES: dict[str, Callable[[OwnRedis], None]] = {"killed": OwnRedis.kill, "stopped": OwnRedis.hang}


class Shape:
    """Something kept by a version of the code that is about to go."""


def test_what_is_kept_is_found_and_ends(with_redis: str) -> None:
    cache.set("kept", {"a": [1, None, "é"]}, 60)
    cache.set("over", 1, 0)
    assert cache.get("kept") == {"a": [1, None, "é"]}
    assert cache.get("over", "nothing") == "nothing"
    with reached() as redis:
        assert 0 < redis.ttl(named("cache", 1, "kept")) <= 60


def test_clearing_leaves_what_is_not_the_caches(with_redis: str, settings: Any) -> None:
    cache.set("mine", 1)
    with reached() as redis:
        redis.set(named("count", "a"), 1)
    ours = settings.VITRINE_REDIS_PREFIX
    for other in (f"{ours}2", "tests:[*]", f"{ours}:cached"):
        settings.VITRINE_REDIS_PREFIX = other
        cache.set("theirs", 2)
    settings.VITRINE_REDIS_PREFIX = "tests:*"
    cache.clear()
    settings.VITRINE_REDIS_PREFIX = ours
    assert cache.get("mine") == 1

    cache.clear()

    assert cache.get("mine") is None
    with reached() as redis:
        assert redis.get(named("count", "a")) == b"1"
    for other in (f"{ours}2", "tests:[*]", f"{ours}:cached"):
        settings.VITRINE_REDIS_PREFIX = other
        assert cache.get("theirs") == 2
        cache.clear()


def test_what_does_not_fit_this_code_any_more_is_not_there(with_redis: str) -> None:
    data = pickle.dumps(Shape()).replace(b"Shape", b"Shade")
    with reached() as redis:
        redis.set(named("cache", 1, "old"), data)
        redis.set(named("cache", 1, "broken"), b"\x80\x05 no pickle")
    assert cache.get("old") is None
    assert cache.get("broken") is None


@pytest.mark.parametrize("loss", LOSSES)
def test_a_lost_one_forgets_everything_and_fails_nobody(
    own_redis: OwnRedis, loss: str, settings: Any
) -> None:
    cache.set("a", 1)
    LOSSES[loss](own_redis)
    settings.VITRINE_REDIS_TIMEOUT = 0.2
    cache.set("b", 2)
    cache.set_many({"c": 3})
    assert cache.get("a", "computed") == "computed"
    assert cache.get_many(["a", "b"]) == {}
    assert cache.get_or_set("d", lambda: 4) == 4
    assert not cache.has_key("a")
    assert not cache.delete("a")
    assert not cache.touch("a")
    assert cache.add("a", 1)
    with pytest.raises(ValueError, match="a"):
        cache.incr("a")
    cache.delete_many(["a"])
    cache.clear()


def test_it_is_used_again_when_it_is_back(own_redis: OwnRedis, settings: Any) -> None:
    own_redis.kill()
    cache.set("a", 1)
    own_redis.start()
    settings.VITRINE_REDIS_REST = 3600.0  # the first try has to do
    cache.set("a", 2)
    assert cache.get("a") == 2
