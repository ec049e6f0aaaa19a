"""What processes on other machines are told of a rendition: that somebody is at it, and that this has ended.

A hint, by Redis, so that who waits needs not ask the database again and again. The claim's row stays the lock
and the truth: whatever is told wrongly, or not at all, costs a little time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from django.conf import settings

from uploads_app.redis.connection import RedisAway, named, reached
from uploads_app.redis.ear import Ear, listening
from uploads_app.services.rendering.flights import Key

_UNSEEN = 1.0  # seconds until the row is looked at though all is said to go on


@contextmanager
def told(keys: Sequence[Key]) -> Iterator[None]:
    """Tells others that these are being made, for as long as a claim holds, and then that it has ended."""
    with suppress(RedisAway), reached() as redis:
        begun = redis.pipeline(transaction=False)
        for key in keys:
            begun.set(_mark(key), 1, ex=settings.VITRINE_RENDER_LEASE)
        begun.execute()
    try:
        yield
    finally:
        with suppress(RedisAway), reached() as redis:
            ended = redis.pipeline(transaction=False)
            ended.delete(*map(_mark, keys))
            for key in keys:
                ended.publish(_channel(key), b"")
            ended.execute()


class News:
    """What is told of one rendition. Without Redis nothing is, and waiting is sleeping."""

    def __init__(self, key: Key, ear: Ear) -> None:
        self._key, self._ear = key, ear

    def wait(self, pause: float, limit: float) -> None:
        """Returns when the row is worth a look: after `pause` seconds, or later while somebody is at it.

        Never after `limit` (of the monotonic clock); at once when the end is told.
        """
        limit = min(limit, time.monotonic() + max(pause, _UNSEEN))
        while (left := limit - time.monotonic()) > 0:
            if self._ear.heard(min(pause, left)) or self._ear.deaf or not self._under_way():
                return
            pause *= 2

    def _under_way(self) -> bool:
        try:
            with reached() as redis:
                return bool(redis.exists(_mark(self._key)))
        except RedisAway:
            return False


@contextmanager
def news_of(key: Key) -> Iterator[News]:
    """Listens from now on."""
    with listening(_channel(key)) as ear:
        yield News(key, ear)


def _mark(key: Key) -> str:
    return named("making", *key)


def _channel(key: Key) -> str:
    return named("made", *key)
