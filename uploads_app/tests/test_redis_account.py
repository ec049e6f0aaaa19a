"""The account of Redis that docs/operating.md names may do all that is asked of it, and nothing elsewhere."""

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from redis import Redis
from redis.exceptions import NoPermissionError

from config.tests.own_redis import OwnRedis
from uploads_app.redis.connection import forget, named, reached
from uploads_app.redis.ear import listening
from uploads_app.services.rendering.notices import news_of, told
from users.counting.in_redis import RedisCounts


@pytest.fixture
def account(own_redis: OwnRedis, settings: Any) -> str:
    ours = settings.VITRINE_REDIS_PREFIX
    rights = ["+@all", "-@admin", "-@dangerous", f"~{ours}:*", f"&{ours}:*"]
    with own_redis.client() as redis:
        redis.execute_command("ACL", "SETUSER", "vitrine", "on", ">secret", *rights)
    settings.REDIS_URL = f"redis://vitrine:secret@127.0.0.1:{own_redis.port}/0"
    return str(settings.REDIS_URL)


def test_it_may_do_what_is_asked_of_it(account: str, caplog: Any) -> None:
    counts = RedisCounts()
    counts.hit("a", "b", period=60)
    counts.hold("a", count=3, period=60)
    assert counts.look("a").count == 3
    counts.forget("a")
    cache.set("a", 1)
    assert cache.get("a") == 1
    cache.clear()
    key = (uuid.uuid4(), "digest")
    with listening(named("made", *key)) as ear, news_of(key):
        with told([key]):
            pass
        assert ear.heard(10)
    forget()
    assert not [record for record in caplog.records if "Redis" in record.getMessage()]


def test_it_may_not_touch_what_is_not_ours(account: str) -> None:
    with reached() as redis, pytest.raises(NoPermissionError):
        redis.set("theirs", 1)
    with Redis.from_url(account) as redis, pytest.raises(NoPermissionError):
        redis.flushall()
