"""How often one that does not answer is asked: by one thread, now and then."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from uploads_app.redis.breaker import Breaker


def asked_at_once(breaker: Breaker, threads: int = 16) -> int:
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(lambda _: breaker.lets_through(), range(threads)))


def test_everybody_asks_one_that_answers() -> None:
    breaker = Breaker("here")
    assert asked_at_once(breaker) == 16


def test_nobody_asks_one_that_failed_until_it_has_rested(settings: Any) -> None:
    settings.VITRINE_REDIS_REST = 3600.0
    breaker = Breaker("here")
    breaker.failed(OSError())
    assert asked_at_once(breaker) == 0


def test_one_alone_asks_after_the_rest(settings: Any) -> None:
    breaker = Breaker("here")
    settings.VITRINE_REDIS_REST = 0.0
    breaker.failed(OSError())
    settings.VITRINE_REDIS_REST = 3600.0
    assert asked_at_once(breaker) == 1
    assert asked_at_once(breaker) == 0


def test_everybody_asks_again_once_one_was_answered(settings: Any) -> None:
    settings.VITRINE_REDIS_REST = 3600.0
    breaker = Breaker("here")
    breaker.failed(OSError())
    breaker.answered()
    assert asked_at_once(breaker) == 16
