"""Counts as keys that end with their window, by the clock of Redis alone. All raise RedisAway."""

from typing import cast

from uploads_app.redis.connection import named, reached
from users.counting.base import Hits

# A key without an end, which no step of ours leaves, gets one: it would count for ever.
_HIT = """
local found = {}
for place, key in ipairs(KEYS) do
  found[2 * place - 1] = redis.call('INCR', key)
  if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, ARGV[1]) end
  found[2 * place] = redis.call('PTTL', key)
end
return found
"""
_LOOK = "return {redis.call('GET', KEYS[1]) or 0, redis.call('PTTL', KEYS[1])}"


class RedisCounts:
    """One script for all keys of a hit, which Redis runs as one step: a round trip."""

    def hit(self, *keys: str, period: int) -> dict[str, Hits]:
        asked = sorted(set(keys))
        with reached() as redis:
            script = redis.register_script(_HIT)
            found = cast(list[int], script([_place(key) for key in asked], [period * 1000]))
        pairs = zip(found[::2], found[1::2], strict=True)
        return {key: Hits(count, left / 1000) for key, (count, left) in zip(asked, pairs, strict=True)}

    def look(self, key: str) -> Hits:
        with reached() as redis:
            count, left = cast(tuple[int, int], redis.register_script(_LOOK)([_place(key)]))
        return Hits(int(count), max(0, left) / 1000)

    def hold(self, key: str, *, count: int, period: int) -> None:
        with reached() as redis:
            redis.set(_place(key), count, px=period * 1000)

    def forget(self, key: str) -> None:
        with reached() as redis:
            redis.delete(_place(key))


def _place(key: str) -> str:
    return named("count", key)
