#!/usr/bin/env python
"""How long does each migration keep others waiting, on a table of a million files?

    DATABASE_URL=postgres://… .venv/bin/python benchmarks/migrations.py [--rows 1000000]

Makes a database of its own on that PostgreSQL, and drops it after. Fills the tables of files and renditions as soon as
they are there, then migrates step by step, with the timeouts of `manage.py migrate`. Meanwhile the locks of the
migration are read from pg_locks every few milliseconds: of each table with rows, the longest time without a pause in
which a lock was held that keeps others from writing (or, ACCESS EXCLUSIVE, even from reading).
"""

import argparse
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import psycopg

from benchmarks.migrations_data import FILLS

# What conflicts with ROW EXCLUSIVE, which every write takes.
STRONG = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
EARLY = [("uploads_app", "0001_files")]
PAUSE = 0.003  # seconds between two looks at the locks
NAME = "vitrine_migrations"
_HELD = """
select c.relname, l.mode from pg_locks l join pg_class c on c.oid = l.relation
where l.pid = %s and l.locktype = 'relation' and l.granted and l.mode = any(%s) and c.relkind = 'r' and c.relname = any(%s)
"""


@dataclass
class Watch:
    """Reads the locks of one session; `longest` is in seconds, by table and mode."""

    url: str
    pid: int
    tables: list[str]
    longest: dict[tuple[str, str], float] = field(default_factory=dict)

    @contextmanager
    def watching(self) -> Iterator[None]:
        ended = threading.Event()
        thread = threading.Thread(target=self._look, args=(ended,))
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _look(self, ended: threading.Event) -> None:
        since: dict[tuple[str, str], float] = {}
        with psycopg.connect(self.url, autocommit=True) as own:
            while not ended.is_set():
                now = time.monotonic()
                held = set(own.execute(_HELD, (self.pid, list(STRONG), self.tables)).fetchall())
                since = {lock: since.get(lock, now) for lock in held}
                for lock, begun in since.items():
                    self.longest[lock] = max(self.longest.get(lock, 0.0), now - begun)
                ended.wait(PAUSE)


@contextmanager
def database(server: str) -> Iterator[str]:
    """An empty one, by its URL."""
    with psycopg.connect(server, autocommit=True) as own:
        own.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        own.execute(f'CREATE DATABASE "{NAME}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))
        finally:
            own.execute(f'DROP DATABASE "{NAME}" WITH (FORCE)')


def set_up(url: str) -> None:
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.development"}
    os.environ |= {
        "VITRINE_DB_POOL": "0",
        "VITRINE_DB_STATEMENT_TIMEOUT": "0",
        "VITRINE_DB_IDLE_TIMEOUT": "0",
    }
    import django

    django.setup()


def measure(url: str, rows: int) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    MigrationExecutor(connection).migrate(EARLY)
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    filled: list[str] = []
    print("| migration | took, s | longest lock, s | of | mode |\n| --- | ---: | ---: | --- | --- |")
    for migration, _ in plan:
        fill(filled, rows)
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            watch = Watch(url, cursor.fetchone()[0], filled)
        begun = time.monotonic()
        with watch.watching():
            executor.migrate([(migration.app_label, migration.name)])
        report(str(migration), time.monotonic() - begun, watch)
        executor = MigrationExecutor(connection)


def fill(filled: list[str], rows: int) -> None:
    """Fills each table that has come to be."""
    from django.db import connection

    there = set(connection.introspection.table_names())
    for table, statements in FILLS.items():
        if table in filled or table not in there:
            continue
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, {"rows": rows})
            cursor.execute(f"vacuum analyze {table}")
        filled.append(table)


def report(migration: str, took: float, watch: Watch) -> None:
    worst = max(watch.longest.items(), key=lambda one: one[1], default=None)
    if worst is None:
        print(f"| {migration} | {took:.1f} | none seen | | |", flush=True)
        return
    (table, mode), seconds = worst
    note = " **over 2 s**" if seconds > 2 else ""
    print(f"| {migration} | {took:.1f} | {seconds:.2f}{note} | {table} | {mode} |", flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=1_000_000)
    asked = options.parse_args()
    with database(os.environ["DATABASE_URL"]) as url:
        set_up(url)
        measure(url, asked.rows)
