"""Counting, in Redis while it answers, else in the database: at once, and without anybody's noticing."""

from contextlib import suppress

from uploads_app.redis.connection import RedisAway
from users.counting.base import Hits
from users.counting.database import DatabaseCounts
from users.counting.in_redis import RedisCounts

_redis, _database = RedisCounts(), DatabaseCounts()


def hit(*keys: str, period: int) -> dict[str, Hits]:
    """Counts once under each key, in windows of `period` seconds; this time is included.

    When Redis is lost the windows of its keys begin anew: whoever was below a limit gets it once more.
    """
    try:
        return _redis.hit(*keys, period=period)
    except RedisAway:
        return _database.hit(*keys, period=period)


def attempt(key: str, *, limit: int, period: int) -> Hits:
    """Counts an attempt at what is locked from the `limit`th on, for `period` seconds after that one.

    The lock is in the database too, which is asked at every attempt. So it stands when Redis is lost, and
    also when it comes back empty; what was counted meanwhile is added to what Redis counts.
    """
    try:
        counted = _redis.hit(key, period=period)[key]
        known = _database.look(key)
        hits, locked = counted + known, known.count >= limit
    except RedisAway:
        hits = _database.hit(key, period=period)[key]
        locked = hits.count > limit
    if hits.count >= limit and not locked:
        # The last one. Should it fail too, the wait begins with it, not with the first.
        _database.hold(key, count=limit, period=period)
        with suppress(RedisAway):
            _redis.hold(key, count=limit, period=period)
    return hits


def forget(key: str) -> None:
    """Begins to count anew."""
    with suppress(RedisAway):
        _redis.forget(key)
    _database.forget(key)


def prune() -> int:
    """Deletes counts whose window is over; says how many. Redis forgets its own by itself."""
    return _database.prune()
