"""A migration waits shortly for a lock, then lets others go first: they would wait behind it, readers too."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

_LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code
_LONGEST_PAUSE = 5.0  # seconds


def migrate_patiently(connection: BaseDatabaseWrapper, migrate: Callable[[], object]) -> None:
    """Runs `migrate` until it got its locks, each within VITRINE_MIGRATE_LOCK_WAIT.

    What it did before is kept: a migration whose lock was not to be had is undone and begun again. Raises
    OperationalError after VITRINE_MIGRATE_ATTEMPTS. On SQLite it is run, and no more.
    """
    if connection.vendor != "postgresql":
        migrate()
        return
    with _limits_of_migrations(connection):
        for attempt in range(1, settings.VITRINE_MIGRATE_ATTEMPTS + 1):
            try:
                migrate()
                return
            except OperationalError as error:
                given_up = attempt == settings.VITRINE_MIGRATE_ATTEMPTS
                if given_up or getattr(error.__cause__, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
                    raise
                logger.warning("a table is in use; others go first (attempt %d)", attempt)
            time.sleep(random.uniform(0.5, 1) * min(0.25 * 2**attempt, _LONGEST_PAUSE))


@contextmanager
def _limits_of_migrations(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Short for locks, none else: a statement may read a million rows, and Python works in between."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = %s", [f"{round(settings.VITRINE_MIGRATE_LOCK_WAIT * 1000)}ms"])
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"RESET {name}")
