#!/usr/bin/env python
"""What grows with a million files? The same questions to a site of ten thousand and to one of a million.

    DATABASE_URL=postgres://… .venv/bin/python benchmarks/million.py [--rows 10000 1000000] [--rounds 40] [--only WORDS]

Makes a database of its own on that PostgreSQL for each number of files (a million takes some minutes and 8 GB), and drops
it after, but with --keep. Asks as a server would, through WSGI, all middleware and the settings of production; has what
comes round run as a worker does, once all of it is in order; and runs the commands that look at every file, whose time
is given per file. Prints the number of queries, the median in ms and the ratio of the last to the first, and what the
database takes on the disk. Exit status 1 where a number of queries is another, or a ratio over 1.5.

No picture has bytes: a storage stands in that has what rows say (benchmarks/million_storage.py). What a disk or S3 adds
is the price of one look, of as many files as are looked at.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

sys.path[0] = str(Path(__file__).resolve().parent.parent)
NAME = "vitrine_million_{}"
GOAL = 1.5
PASSES = 6  # in which the sites take turns
# Of a million files with other settings of the sandbox nothing is asked; one format keeps the database small.
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "VITRINE_SECRET_KEY": "of-a-benchmark-" + "s" * 50,
    "VITRINE_JWT_SIGNING_KEY": "of-a-benchmark-" + "j" * 50,
    "VITRINE_ALLOWED_HOSTS": "testserver,localhost",
    "VITRINE_SSL_REDIRECT": "false",
    "VITRINE_ADMIN_2FA": "false",
    "VITRINE_ACCEL": "/_stored/",
    "VITRINE_RENDITION_FORMATS": "webp",
    "VITRINE_DB_POOL": "0",
    "VITRINE_S3_BUCKET": "",
    "VITRINE_S3_PUBLIC_BUCKET": "public",
    "VITRINE_S3_PUBLIC_URL": "https://cdn.example.org",
    "VITRINE_THROTTLE_SCALE": "0",
    "REDIS_URL": "",
}


def set_up(url: str) -> None:
    os.environ |= SETTINGS | {"DATABASE_URL": url}
    import django
    from django.conf import settings

    for alias in ("local", "local_renditions", "s3_public"):
        settings.STORAGES[alias] = {"BACKEND": "benchmarks.million_storage.AsTold"}
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django.setup()


def answer_orders(rows: int, filled: bool) -> None:
    """One site, in its process: fills it, names what there is to measure, then measures what it is told, as JSON by lines."""
    from django.core.management import call_command

    from benchmarks import million_data
    from benchmarks.million_work import everything
    from users.models import User

    begun = time.monotonic()
    if filled:
        owner = User.objects.order_by("pk")[0]
    else:
        call_command("migrate", verbosity=0)
        owner = million_data.fill(rows)
    print(f"{rows:,} files, ready after {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    works = list(everything(owner))
    tell([{"name": work.name, "kind": work.kind, "rounds": work.rounds} for work in works])
    for line in sys.stdin:
        number, rounds, warm = json.loads(line)
        tell(timed(works[number].run, rounds, warm))
    tell({"tables": million_data.sizes(rows), "indexes": million_data.index_sizes(rows)})


def timed(work: Any, rounds: int, warm: int) -> dict[str, Any]:
    """The number of queries, and the times in ms."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(warm):
        work()
    queries = None
    if warm:
        with CaptureQueriesContext(connection) as seen:
            work()
        queries = len(seen)  # now: the next request empties the log
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return {"queries": queries, "times": times}


def tell(what: Any) -> None:
    print(json.dumps(what), flush=True)


class Site:
    """A site with a database of its own, in a process of its own: settings name one database."""

    def __init__(self, rows: int, keep: bool) -> None:
        import psycopg

        self.rows, server, name = rows, os.environ["DATABASE_URL"], NAME.format(rows)
        self._drop = "" if keep else f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
        self._server = psycopg.connect(server, autocommit=True)
        self._server.execute(self._drop or "SELECT 1")
        there = self._server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not there:
            self._server.execute(f'CREATE DATABASE "{name}"')
        url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--one", str(rows), *(["--filled"] if there else [])],
            env=os.environ | {"DATABASE_URL": url}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._asked, self._answers = self._process.stdin, self._process.stdout
        self.works = self._told()

    def measure(self, number: int, rounds: int, warm: int) -> dict[str, Any]:
        print(json.dumps([number, rounds, warm]), file=self._asked, flush=True)
        return dict(self._told())

    def sizes(self) -> dict[str, Any]:
        self._asked.close()
        return dict(self._told())

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._server.execute(self._drop or "SELECT 1")
        self._server.close()

    def _told(self) -> Any:
        line = self._answers.readline()
        if not line:
            raise SystemExit(f"the site of {self.rows:,} files ended")
        return json.loads(line)


def compared(sites: list[Site], rounds: int, only: str) -> dict[str, list[dict[str, Any]]]:
    """What each took at each site. They take turns, so that noise of the machine meets all alike."""
    found: dict[str, list[dict[str, Any]]] = {}
    for number, work in enumerate(sites[0].works):
        if only not in work["name"]:
            continue
        turns = min(work["rounds"], PASSES)
        told: list[list[dict[str, Any]]] = [[] for _ in sites]
        for turn in range(turns):
            for place, site in enumerate(sites):
                told[place].append(
                    site.measure(
                        number, max(1, min(rounds, work["rounds"]) // turns), 2 * (turn == 0 and turns > 1)
                    )
                )
        found[work["name"]] = [
            {
                "kind": work["kind"],
                "queries": answers[0]["queries"],
                "ms": statistics.median([ms for one in answers for ms in one["times"]]),
            }
            for answers in told
        ]
        print(
            work["name"],
            *(f"{one['queries']} queries, {one['ms']:.2f} ms" for one in found[work["name"]]),
            file=sys.stderr,
            flush=True,
            sep="; ",
        )
    return found


def report(sites: list[Site], found: dict[str, list[dict[str, Any]]]) -> bool:
    """Prints how the times compare; whether all is as aimed at."""
    few, many = sites[0].rows, sites[-1].rows
    print(
        f"| what | | queries | {few:,} files, ms | {many:,}, ms | ratio |\n| --- | --- | ---: | ---: | ---: | ---: |"
    )
    good = True
    for name, (one, *_, other) in found.items():
        each = one["kind"] == "per file"
        here, there = (one["ms"] / few, other["ms"] / many) if each else (one["ms"], other["ms"])
        same = each or one["queries"] == other["queries"]
        good &= same and there / here <= GOAL
        queries = "" if each else f"{one['queries']}" if same else f"**{one['queries']}, {other['queries']}**"
        shown = f"{there / here:.2f}" if there / here <= GOAL else f"**{there / here:.2f}**"
        print(f"| {name} | {one['kind']} | {queries} | {here:.3g} | {there:.3g} | {shown} |")
    return good


def report_sizes(files: int, sizes: dict[str, Any]) -> None:
    """Prints what a file takes in the database."""
    print(
        "\n| table | rows | of rows, bytes | of indexes, bytes | share |\n| --- | ---: | ---: | ---: | ---: |"
    )
    whole = sum(rows + indexes for _, rows, indexes, _ in sizes["tables"])
    for table, rows, indexes, count in sizes["tables"]:
        print(
            f"| {table} | {count / files:.2f} | {rows / files:,.0f} | {indexes / files:,.0f} | {(rows + indexes) / whole:.0%} |"
        )
    print(
        f"\nEach file: {whole / files:,.0f} bytes; all: {whole / 2**30:.2f} GiB. Largest indexes, bytes for each file:"
    )
    print(", ".join(f"{name} {size / files:.0f}" for _, name, size in sizes["indexes"][:20]))


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000])
    options.add_argument("--rounds", type=int, default=42)
    options.add_argument("--only", default="", help="only what has these words in its name")
    options.add_argument(
        "--keep", action="store_true", help="leave the databases, and use those that are there"
    )
    options.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options.add_argument("--filled", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.one:
        set_up(os.environ["DATABASE_URL"])
        answer_orders(asked.one, asked.filled)
        return
    sites: list[Site] = []
    try:
        sites.extend(Site(rows, asked.keep) for rows in sorted(asked.rows))
        good = report(sites, compared(sites, asked.rounds, asked.only))
        report_sizes(sites[-1].rows, sites[-1].sizes())
    finally:
        for site in sites:
            site.end()
    sys.exit(not good)


if __name__ == "__main__":
    main()
