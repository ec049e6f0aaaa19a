"""The database's dump, by its own tool: SQLite's online backup, or pg_dump."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, connections

from uploads_app.errors import Conflict


def dump(folder: Path) -> Path:
    """Writes the database, as it is at one moment, into a new file of `folder`; says which.

    Raises OSError, and CalledProcessError when pg_dump fails.
    """
    if connection.vendor == "sqlite":
        target = folder / "db.sqlite3"
        with closing(sqlite3.connect(_sqlite())) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
        _only_ours(target)
        return target
    target = folder / "db.dump"
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    _only_ours(target)
    return target


def load(folder: Path) -> None:
    """Puts a dump of `dump` into an empty database, whole or not at all.

    Raises Conflict when the database is not empty or the dump is of the other kind; OSError,
    CalledProcessError.
    """
    if connection.introspection.table_names():
        raise Conflict("This database is not empty: a backup is restored into a new one.")
    source = folder / ("db.sqlite3" if connection.vendor == "sqlite" else "db.dump")
    if not source.is_file():
        raise Conflict(f"The backup has no {source.name}: it is of another kind of database.")
    if connection.vendor == "sqlite":
        connections.close_all()
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(_sqlite())) as live:
            copy.backup(live)
        return
    name = str(connection.settings_dict["NAME"])
    _run(
        "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={name}", str(source)
    )


def _sqlite() -> str:
    return str(connection.settings_dict["NAME"])


def _run(*words: str) -> None:
    """A tool of PostgreSQL; where and as whom goes by its own variables, which no list of processes shows."""
    at: dict[str, Any] = connection.settings_dict
    named = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    own = {name: str(at[setting]) for name, setting in named.items() if at.get(setting)}
    subprocess.run(words, check=True, env=os.environ | own)  # noqa: S603  (words of ours, no shell)


def _only_ours(path: Path) -> None:
    path.chmod(0o600)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
