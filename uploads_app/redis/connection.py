"""The one way to Redis: bounded in time, and left alone for a while when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from uploads_app.redis.breaker import Breaker

_SCANNED = 1000  # keys that Redis looks at between two answers to others


class RedisAway(Exception):
    """There is no Redis, it does not answer or refuses, or it is being left alone since it did."""


@contextmanager
def reached(url: str | None = None) -> Iterator[Redis]:
    """Redis, for a few calls of which each may take VITRINE_REDIS_TIMEOUT. Raises RedisAway.

    Whether what was asked has been done is then unknown. Other exceptions of the caller's pass through.
    That of REDIS_URL, unless another is asked for.
    """
    url = settings.REDIS_URL if url is None else url
    if not url:
        raise RedisAway
    redis, breaker = _place(url, settings.VITRINE_REDIS_TIMEOUT)
    if not breaker.lets_through():
        raise RedisAway
    try:
        yield redis
    except (RedisError, OSError) as error:
        breaker.failed(error)
        raise RedisAway from error
    breaker.answered()


def client() -> Redis:
    """The same, for who is within `reached` already. There must be a Redis."""
    return _place(settings.REDIS_URL, settings.VITRINE_REDIS_TIMEOUT)[0]


def named(*parts: object) -> str:
    """A key or channel of this installation."""
    return ":".join((settings.VITRINE_REDIS_PREFIX, *map(str, parts)))


def forget(*parts: object) -> None:
    """Removes all keys below such a name, and no others. Raises RedisAway."""
    with reached() as redis:
        begin = named(*parts, "").translate({ord(sign): f"\\{sign}" for sign in "*?[]^\\"})
        keys = list(redis.scan_iter(f"{begin}*", count=_SCANNED))
        if keys:
            redis.unlink(*keys)


@lru_cache
def _place(url: str, timeout: float) -> tuple[Redis, Breaker]:
    redis = Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        # No tries of its own: they would multiply the timeout. A connection that the server closed meanwhile
        # is found out, and made anew, before it is used.
        retry=Retry(NoBackoff(), 0),
        protocol=2,  # of the newer one nothing is used, and its greetings are more to wait for
    )
    parts = urlsplit(url)
    return redis, Breaker(f"{parts.hostname or parts.path}:{parts.port or 6379}")
