"""The servers that tests may use: those that `deploy/services.sh up` starts, known by its variables.

The suite itself runs on what DATABASE_URL, REDIS_URL and VITRINE_STORAGE say. A test that needs a server
whatever the suite runs on finds it here: VITRINE_TESTS_DATABASE_URL and VITRINE_TESTS_REDIS_URL tell of one
that the suite does not run on.
"""

import os
from typing import Any

import pytest

_S3 = ("ENDPOINT", "BUCKET", "REGION", "ACCESS_KEY", "SECRET_KEY")


def postgres_url() -> str:
    """A URL of a PostgreSQL on which databases may be made; empty where there is none."""
    found = os.environ.get("VITRINE_TESTS_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
    return found if found.startswith("postgres") else ""


def redis_url() -> str:
    """A URL of a Redis; empty where there is none."""
    return os.environ.get("VITRINE_TESTS_REDIS_URL") or os.environ.get("REDIS_URL", "")


def s3_settings() -> dict[str, str]:
    """The settings of an S3, as environment variables; empty where there is none."""
    found = {f"VITRINE_S3_{name}": os.environ.get(f"VITRINE_S3_{name}", "") for name in _S3}
    return found if all(found.values()) else {}


def need_postgres() -> str:
    """The same, or the test is skipped."""
    return postgres_url() or pytest.skip('no PostgreSQL: eval "$(deploy/services.sh up)"')


def need_redis() -> str:
    """The same, or the test is skipped."""
    return redis_url() or pytest.skip('no Redis: eval "$(deploy/services.sh up)"')


def use_redis(settings: Any, url: str) -> str:
    """Makes this test use a Redis, by pytest-django's `settings`; gives back the URL."""
    settings.REDIS_URL = url
    settings.CACHES = {"default": {"BACKEND": "uploads_app.redis.cache.ForgetfulRedisCache"}}
    return url


def need_s3() -> dict[str, str]:
    """The same, or the test is skipped."""
    return s3_settings() or pytest.skip('no S3: eval "$(deploy/services.sh up)"')


def described() -> list[str]:
    """A line for each server: what is used, and what is left out."""
    how = 'left out (eval "$(deploy/services.sh up)" starts one)'
    found = {"PostgreSQL": postgres_url(), "Redis": redis_url(), "S3": bool(s3_settings())}
    return [f"tests of {name}: {'run' if there else how}" for name, there in found.items()]


def s3_options(endpoint: str = "", bucket: str = "") -> dict[str, str]:
    """The options of a storage in that S3, which may be reached by another way, or the test is skipped."""
    found = need_s3()
    return {
        "bucket_name": bucket or found["VITRINE_S3_BUCKET"],
        "endpoint_url": endpoint or found["VITRINE_S3_ENDPOINT"],
        "region_name": found["VITRINE_S3_REGION"],
        "access_key": found["VITRINE_S3_ACCESS_KEY"],
        "secret_key": found["VITRINE_S3_SECRET_KEY"],
    }
