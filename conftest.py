"""Fixtures for every room: a fixed cast, clients for it, and media folders that no test shares."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase
from rest_framework.test import APIClient

from config.tests import emptying, migrated, services
from config.tests.browser.chromium import missing
from config.tests.own_redis import OwnRedis
from uploads_app.redis import connection
from uploads_app.redis.connection import RedisAway, forget
from uploads_app.storage.base import PictureStorage
from uploads_app.storage.forms import forms_origin
from uploads_app.storage.local import DurableLocalStorage
from uploads_app.storage.places import LOCAL, S3, storage
from uploads_app.storage.s3 import DurableS3Storage
from users.models import User
from users.tests.factories import UserFactory

REQUIRE_ALL = os.environ.get("VITRINE_REQUIRE_SERVICES") == "1"
SHARED = Path(__file__).resolve().parent.parent / "shared"


def pytest_report_header() -> list[str]:
    """Says what the suite runs on, and what it leaves out."""
    database = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    cache = "Redis" if os.environ.get("REDIS_URL") else "none shared"
    suite = f"database: {database}, storage: {os.environ.get('VITRINE_STORAGE', 'local')}, cache: {cache}"
    lacking = missing()
    browser = f"none; its tests are left out: {lacking}" if lacking else "Chromium"
    return [suite, *services.described(), f"browser: {browser}"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests come first, the others stay in the order that they were shuffled into.

    What is about PostgreSQL itself belongs to a suite that runs on it.
    """
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        others = [item for item in items if item.get_closest_marker("postgres")]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The last process of a run takes away what all of them shared."""
    if not hasattr(session.config, "workerinput"):
        migrated.drop_template()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where no service may be left out, a skipped test is a failed one, but for an absent shared folder."""
    outcome: Any = yield
    report = outcome.get_result()
    excused = item.get_closest_marker("shared") and not SHARED.is_dir()
    if REQUIRE_ALL and report.skipped and not excused and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"left out where nothing may be: {report.longrepr}"


@pytest.fixture(scope="session", autouse=True)
def unsynced() -> Iterator[None]:
    """Nothing that this process writes is to outlive a power cut; to sync it would take much of the time."""

    def fsync(_handle: int) -> None:
        return

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        yield


@pytest.fixture(scope="session", autouse=True)
def emptied_quickly() -> Iterator[None]:
    """After a test that commits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.empty)
        yield


@pytest.fixture(autouse=True)
def fresh_storage(settings: Any, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Storages that no test shares, so that one may claim that they hold this and nothing else."""
    settings.VITRINE_MEDIA_ROOT = settings.MEDIA_ROOT = tmp_path / "media"
    settings.VITRINE_SPOOL_DIR = tmp_path / "spool"
    settings.VITRINE_S3_LOCATION = f"tests/{uuid.uuid4()}"
    forms_origin.cache_clear()  # of another S3, maybe
    storage(LOCAL).mark()
    # Without a database nothing is stored: a third of the suite needs none, and so no call of S3.
    rows = request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(
        request.fixturenames
    )
    if settings.VITRINE_STORAGE == S3 and rows:
        storage(S3).mark()


@pytest.fixture
def media(settings: Any, fresh_storage: None) -> Path:
    """The media folder of a test that is about files on this machine: its storage is local."""
    settings.VITRINE_STORAGE = "local"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture(autouse=True)
def empty_cache(settings: Any) -> Iterator[None]:
    """A cache, and counters, that no test shares, also where all processes of a run share one Redis."""
    settings.VITRINE_REDIS_PREFIX = f"tests:{uuid.uuid4()}"
    cache.clear()
    yield
    cache.clear()
    with suppress(RedisAway):
        forget()


@pytest.fixture
def with_redis(settings: Any) -> str:
    """The URL of a Redis, which this test uses whatever the suite runs on."""
    return services.use_redis(settings, services.need_redis())


@pytest.fixture
def own_redis(settings: Any, tmp_path: Path) -> Iterator[OwnRedis]:
    """A Redis of this test alone, which it may stop, kill and start anew; tried again at once when lost."""
    with OwnRedis(tmp_path / "redis").running() as found:
        connection._place.cache_clear()  # one that had its port before may have been found to be away
        settings.VITRINE_REDIS_REST = 0.0
        services.use_redis(settings, found.url)
        yield found


@pytest.fixture
def owner(db: None) -> User:
    """The person whose files a test is about."""
    return UserFactory.create(username="owner")


@pytest.fixture
def stranger(db: None) -> User:
    """Somebody else who is signed in."""
    return UserFactory.create(username="stranger")


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory.create(username="staff", is_staff=True)


@pytest.fixture
def visitor() -> APIClient:
    """A client without credentials."""
    return APIClient()


@pytest.fixture
def signed_in(db: None) -> Callable[[User], APIClient]:
    """Makes a client that sends a person's access token."""
    from users.services.login import log_in

    def client_for(user: User) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {log_in(user).access}")
        return client

    return client_for


@pytest.fixture
def shared() -> Path:
    """The folder of shared photographs and hostile files, where it lies beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the shared folder is not beside this project")
    return SHARED


@pytest.fixture
def no_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on every call of the storage fails: what a test shows comes from rows alone."""

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("the storage was asked")

    for kind in (DurableLocalStorage, DurableS3Storage):
        for name in (name for name in vars(PictureStorage) if not name.startswith("_")):
            monkeypatch.setattr(kind, name, refuse)
