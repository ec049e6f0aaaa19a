"""Hearing what is published in Redis: at once where it works, and otherwise only that time has passed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from redis.client import PubSub
from redis.exceptions import RedisError

from uploads_app.redis.connection import RedisAway, reached


class Ear:
    """Listens on one channel; deaf without Redis, and from the moment on when Redis is lost."""

    def __init__(self, subscribed: PubSub | None) -> None:
        self._subscribed = subscribed

    @property
    def deaf(self) -> bool:
        return self._subscribed is None

    def heard(self, seconds: float) -> bool:
        """Whether something is published within so many seconds; returns as soon as it is.

        Silence says nothing about Redis: a stopped one is as quiet as one where nothing happens.
        """
        until = time.monotonic() + seconds
        if self._subscribed is not None:
            try:
                return self._subscribed.get_message(timeout=seconds) is not None
            except (RedisError, OSError):
                self._subscribed = None
        time.sleep(max(0.0, until - time.monotonic()))
        return False


@contextmanager
def listening(channel: str) -> Iterator[Ear]:
    """Hears all that is published on a channel from now on."""
    subscribed = _subscribed(channel)
    try:
        yield Ear(subscribed)
    finally:
        if subscribed is not None:
            subscribed.close()


def _subscribed(channel: str) -> PubSub | None:
    try:
        with reached() as redis:
            found: PubSub = redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
            found.subscribe(channel)
            found.get_message(timeout=settings.VITRINE_REDIS_TIMEOUT)  # Redis says that it has heard
            return found
    except RedisAway:
        return None
