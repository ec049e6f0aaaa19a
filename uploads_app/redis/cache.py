"""Django's cache in Redis. While Redis is away it forgets everything, as a cache may."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient, RedisSerializer
from redis import Redis

from uploads_app.redis.connection import RedisAway, client, forget, named, reached


class ForgetfulRedisCache(RedisCache):
    """Its keys have names of their own under VITRINE_REDIS_PREFIX, and `clear` removes those alone."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
        self.nothing = DummyCache("", {})

    def make_key(self, key: Any, version: int | None = None) -> str:
        return named("cache", self.version if version is None else version, key)

    def clear(self) -> None:
        with suppress(RedisAway):
            forget("cache")


def _or_nothing(name: str) -> Callable[..., Any]:
    """The operation of this name; what a cache that holds nothing does while Redis is away."""
    operation = getattr(RedisCache, name)

    @wraps(operation)
    def bounded(self: ForgetfulRedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            with reached():
                return operation(self, *args, **kwargs)
        except RedisAway:
            return getattr(self.nothing, name)(*args, **kwargs)

    return bounded


for _name in (
    "add",
    "get",
    "set",
    "touch",
    "delete",
    "get_many",
    "has_key",
    "incr",
    "set_many",
    "delete_many",
):
    setattr(ForgetfulRedisCache, _name, _or_nothing(_name))


class _Client(RedisCacheClient):
    """Django's, on our connections, with their timeouts."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, serializer=_Serializer(), **options)

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        return client()


class _Serializer(RedisSerializer):
    """What was kept by another version of this code, and does not fit this one, counts as not there."""

    def loads(self, data: Any) -> Any:
        try:
            return super().loads(data)
        except Exception:  # noqa: BLE001  (unpickling raises whatever the classes of then and now make of it)
            return None
