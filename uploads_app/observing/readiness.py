"""Whether this process can do its work: each thing that it needs is asked, briefly, and says why not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from uploads_app.images.errors import SandboxUnavailable
from uploads_app.observing.asked_once import AskedOnce, TooSlow
from uploads_app.redis.connection import RedisAway, reached
from uploads_app.services import decoding
from uploads_app.services.storage_check import require_storage
from uploads_app.storage.errors import StorageAway, Unmarked
from uploads_app.storage.places import new_originals, new_renditions
from uploads_app.storage.temporary import new_temporary, spool

_LEAST_ROOM = 64 * 1024 * 1024  # bytes in the spool: a few bodies


class NotReady(Exception):
    """In words that anybody may read: no addresses, no names, no secrets."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is needed, and what is the matter with it; empty when nothing is."""

    name: str
    why: str
    needed: bool = True  # without the others the site does its work, only slower

    @property
    def ok(self) -> bool:
        return not self.why


def parts() -> list[Part]:
    """All of them, each asked at most every VITRINE_READY_TTL seconds by one thread of this process."""
    return [Part(name, _why(asked), needed=name != "redis") for name, asked in _asked().items()]


def draining() -> bool:
    """Whether somebody has said that this machine is to get no more work."""
    return bool(settings.VITRINE_DRAIN_FILE) and Path(settings.VITRINE_DRAIN_FILE).exists()


@lru_cache(1)
def _asked() -> dict[str, AskedOnce[None]]:
    checks: dict[str, Callable[[], None]] = {
        "database": _database,
        "migrations": _migrations,
        "storage": _storage,
        "spool": _spool,
        "decoders": _decoders,
    }
    if settings.REDIS_URL:
        checks["redis"] = _redis
    return {
        name: AskedOnce(
            check,
            good_for=lambda: settings.VITRINE_READY_TTL,
            patience=lambda: settings.VITRINE_READY_PATIENCE,
        )
        for name, check in checks.items()
    }


def _why(asked: AskedOnce[None]) -> str:
    try:
        asked.ask()
    except NotReady as error:
        return str(error)
    except TooSlow:
        return "does not answer in time"
    except Exception as error:  # noqa: BLE001  (a check that fails is an answer; its words may be no stranger's)
        return f"failed: {type(error).__name__}"
    return ""


def _database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        raise NotReady("does not answer") from error


def _migrations() -> None:
    """All that this code knows of have been applied; that there are newer ones is a newer release's affair."""
    try:
        missing = _known() - set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError as error:
        raise NotReady("cannot be told") from error
    if missing:
        raise NotReady(f"{len(missing)} not applied")


@lru_cache(1)
def _known() -> frozenset[tuple[str, str]]:
    """Read from the disk once: the code of a process does not change. Replaced ones stand for themselves."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.graph.nodes)


def _storage() -> None:
    for alias in dict.fromkeys((new_originals(), new_renditions())):
        try:
            require_storage(alias)
        except Unmarked as error:
            raise NotReady(f"{alias} is not there, or not ours") from error
        except StorageAway as error:
            raise NotReady(f"{alias} does not answer") from error


def _spool() -> None:
    try:
        new_temporary().unlink(missing_ok=True)
        free = shutil.disk_usage(spool()).free
    except Exception as error:
        raise NotReady("cannot be written to") from error
    if free < _LEAST_ROOM:
        raise NotReady("is full")


def _decoders() -> None:
    """Started again here where they ended: nobody else would, once nothing is sent to this machine."""
    try:
        decoding.keep_running()
    except SandboxUnavailable as error:
        raise NotReady("do not start") from error


def _redis() -> None:
    try:
        with reached() as redis:
            redis.ping()
    except RedisAway as error:
        raise NotReady("is away: the database serves") from error
