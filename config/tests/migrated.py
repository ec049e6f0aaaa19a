"""Databases of live servers: migrated once in a run of the suite, and copied from then on.

All migrations take seconds, and there are dozens of such servers.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg


def migrate(database_url: str, run: Callable[[], object]) -> None:
    """Gives an empty database all migrations: by `run`, or as a copy of one that had it in this run.

    A second process that asks meanwhile waits.
    """
    on_postgres = database_url.startswith("postgres")
    copy_into, keep = (_copy_into, _keep) if on_postgres else (_copy_file_into, _keep_file)
    # A server copies what it has itself; some tests have one of their own.
    server = urlsplit(database_url).netloc.rpartition("@")[2]
    done = _scratch() / (f"migrated-{server}.postgres" if on_postgres else "migrated.sqlite3")
    with done.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            run()
            keep(database_url, done)
            return
    copy_into(database_url, done)


def drop_template() -> None:
    """Once the whole run is over."""
    for done in _scratch().glob("migrated-*.postgres"):
        with suppress(psycopg.OperationalError), psycopg.connect(done.read_text(), autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{_template()}"')


def _scratch() -> Path:
    """The folder that all processes of this run share (config/settings/test.py)."""
    return Path(os.environ["VITRINE_TESTS_SCRATCH"])


def _template() -> str:
    return f"live_{_scratch().name}"


def _keep_file(database_url: str, done: Path) -> None:
    path = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it is in the one file now
    shutil.copy(path, done.with_suffix(".part"))
    done.with_suffix(".part").rename(done)


def _copy_file_into(database_url: str, done: Path) -> None:
    shutil.copy(done, database_url.removeprefix("sqlite:///"))


def _keep(database_url: str, done: Path) -> None:
    parts = urlsplit(database_url)
    place = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(place, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{_template()}" TEMPLATE "{parts.path[1:]}"')
    done.write_text(place)


def _copy_into(database_url: str, done: Path) -> None:
    name = urlsplit(database_url).path[1:]
    with psycopg.connect(done.read_text(), autocommit=True) as server:
        server.execute(f'DROP DATABASE "{name}"')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_template()}"')
