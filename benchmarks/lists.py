#!/usr/bin/env python
"""One's files, listed: flat as the list grows and pages get deeper, and how quick beside DRF's own parts?

    .venv/bin/python benchmarks/lists.py [--rows 100 10000 1000000] [--rounds 100]

Makes a database of its own (on the server that DATABASE_URL names, where set, and drops it after) with a person
for each number of rows; asks as a server would, through WSGI, all middleware and the settings of production.
Contenders and pages take turns. Prints medians and ratios and draws var/benchmarks/lists-<database>.png.

The peers (benchmarks/peers/drf_lists.py) are a ModelSerializer with the same content (checked, field by field)
and one with the table's own columns alone, both with CursorPagination and simplejwt's JWTAuthentication.
"""

import argparse
import base64
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "VITRINE_SECRET_KEY": "of-a-benchmark-" + "s" * 50,
    "VITRINE_JWT_SIGNING_KEY": "of-a-benchmark-" + "j" * 50,
    "VITRINE_ALLOWED_HOSTS": "testserver",
}

import django
import rest_framework
from django.conf import settings

from benchmarks.asking import Ask, asking
from benchmarks.environment import WORK, draw
from benchmarks.lists_report import CONTENDERS, PLOT, flatness, table

settings.ROOT_URLCONF = "benchmarks.peers.drf_lists"
settings.STATIC_ROOT = None
settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = (
    str(WORK / "lists.sqlite3") if "sqlite3" in settings.DATABASES["default"]["ENGINE"] else "vitrine_lists"
)
django.setup()

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases
from rest_framework_simplejwt.tokens import AccessToken

from benchmarks.lists_data import person_with
from benchmarks.peers.drf_lists import LIMIT
from uploads_app import pagination
from uploads_app.models import UploadedFile
from users.services.login import log_in


@contextmanager
def database() -> Iterator[None]:
    WORK.mkdir(parents=True, exist_ok=True)
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)


def deepest(user: Any) -> tuple[str, str]:
    """Cursors of the last page, ours and DRF's: of the row before it, and of the moment before its first."""
    oldest = UploadedFile.objects.filter(owner=user).order_by("uploaded_at", "id")[: LIMIT + 1]
    *_, first, before = oldest
    ours = pagination._write("n", pagination.newest("uploaded_at").of(before))
    skipped = UploadedFile.objects.filter(owner=user, uploaded_at=first.uploaded_at, pk__gt=first.pk).count()
    place = {"o": skipped, "p": str(first.uploaded_at + timedelta(seconds=1))}
    return ours, base64.b64encode(urlencode(place).encode()).decode()


def asks_of(application: Any, rows: int) -> dict[tuple[str, str], Ask]:
    """What to time for somebody with that many files, by contender and page."""
    user = person_with(rows, LIMIT)
    own, stock = log_in(user).access, str(AccessToken.for_user(user))
    ours, theirs = deepest(user)
    asks = {}
    for page, at, place in (("first", {}, {}), ("deepest", {"cursor": ours}, {"cursor": theirs})):
        mine = urlencode({"limit": LIMIT} | at)
        asks["Vitrine", page] = asking(application, "/api/upload/my-files/", mine, own)
        asks["ModelSerializer", page] = asking(application, "/api/peer/full", urlencode(place), stock)
        asks["its columns alone", page] = asking(application, "/api/peer/bare", urlencode(place), stock)
        same_content(*(json.loads(asks[name, page]())["results"] for name in CONTENDERS))
    return asks


def same_content(ours: list[Any], full: list[Any], bare: list[Any]) -> None:
    assert len(ours) == LIMIT
    assert ours == full, next((one, other) for one, other in zip(ours, full, strict=True) if one != other)
    assert [row["file_id"] for row in ours] == [row["id"] for row in bare]
    assert any(row["in_use_by"] for row in ours)
    assert {len(row["renditions"]) for row in ours} == {8}


def medians_ms(asks: dict[Any, Ask], rounds: int) -> dict[Any, float]:
    """Median of each. They take turns, so that noise of the machine meets all of them alike."""
    times: dict[Any, list[float]] = {name: [] for name in asks}
    for number in range(rounds + 5):
        for name, ask in asks.items():
            begun = time.perf_counter()
            ask()
            if number >= 5:  # the first rounds only warm up
                times[name].append((time.perf_counter() - begun) * 1000)
    return {name: statistics.median(found) for name, found in times.items()}


def plan(ask: Ask) -> str:
    """How the database goes about the query of the page itself."""
    with CaptureQueriesContext(connection) as seen:
        ask()
    table = UploadedFile._meta.db_table
    sql = next(q["sql"] for q in seen if "ORDER BY" in q["sql"] and f'FROM "{table}"' in q["sql"])
    with connection.cursor() as cursor:
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN ANALYZE"
        cursor.execute(f"{explain} {sql}".replace("%", "%%"))
        lines = [str(row[-1]) for row in cursor.fetchall()]
    return next(line.strip() for line in lines if "file_own_newest" in line)


def version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        (found,) = cursor.fetchone()
    return (
        f"{connection.vendor} {found}, Python {platform.python_version()}, Django {django.__version__}, "
        f"DRF {rest_framework.VERSION}"
    )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, nargs="+", default=[100, 10_000, 1_000_000])
    options.add_argument("--rounds", type=int, default=100)
    asked = options.parse_args()
    with database():
        application = get_wsgi_application()
        asks = {
            (count, *key): ask for count in asked.rows for key, ask in asks_of(application, count).items()
        }
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        title = version()
        print(f"{title}\n")
        found = medians_ms(asks, asked.rounds)
        print(f"{table(asked.rows, found)}\n\n{flatness(asked.rows, found)}\n")
        for name in CONTENDERS:
            print(f"{name}, deepest page: {plan(asks[max(asked.rows), name, 'deepest'])}")
    shown = {"title": title, "rows": asked.rows, "contenders": CONTENDERS}
    data = shown | {"found": [(*key, ms) for key, ms in found.items()]}
    print(f"\ndrawn: {draw(PLOT, data, WORK / f'lists-{connection.vendor}.png')}")


if __name__ == "__main__":
    main()
