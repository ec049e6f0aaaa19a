"""The windows in which things are counted, wherever they are: to look at them, and to let time pass."""

from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from uploads_app.redis.connection import RedisAway, forget, named, reached
from users.models import ThrottleCount


def counted() -> dict[str, int]:
    """The counts in all open windows, by key; what both engines have is added."""
    found = dict(ThrottleCount.objects.filter(window_end__gt=timezone.now()).values_list("key", "count"))
    with suppress(RedisAway), reached() as redis:
        start = len(named("count", ""))
        for place in redis.scan_iter(f"{named('count')}:*"):
            key = place.decode()[start:]
            found[key] = found.get(key, 0) + int(redis.get(place) or 0)
    return found


def end_windows() -> None:
    """As if all windows were over."""
    ThrottleCount.objects.update(window_end=timezone.now() - timedelta(seconds=1))
    with suppress(RedisAway):
        forget("count")


def shorten_windows(seconds: float) -> None:
    """All windows end in so many seconds."""
    ThrottleCount.objects.update(window_end=timezone.now() + timedelta(seconds=seconds))
    with suppress(RedisAway), reached() as redis:
        for place in redis.scan_iter(f"{named('count')}:*"):
            redis.pexpire(place, int(seconds * 1000))
