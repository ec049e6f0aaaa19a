#!/usr/bin/env python
"""The moderation queue: does its page cost with 100,000 files in it what it costs with 100?

    .venv/bin/python benchmarks/moderation_queue.py [--rows 100 100000] [--rounds 60]

Makes a database of its own (on the server that DATABASE_URL names, where set, and drops it after), fills the queue
in steps, and asks for its first page as a moderator, in process, with all middleware. Prints p50 and p95 in ms,
the number of queries, and the ratio of the last p50 to the first.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings.test"}

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import (
    CaptureQueriesContext,
    setup_databases,
    setup_test_environment,
    teardown_databases,
)

from benchmarks.lists_data import person_with
from uploads_app.models import UploadedFile
from uploads_app.services.moderation.queue import PER_PAGE
from users.models import User

QUEUE = "/admin/uploads_app/uploadedfile/queue/"


def fill(rows: int) -> None:
    """So many more files of one person more, a twentieth of them reported or withheld."""
    owner = person_with(rows, PER_PAGE)
    ids = list(
        UploadedFile.objects.filter(owner=owner).order_by("pk")[: rows // 20].values_list("pk", flat=True)
    )
    for begin in range(0, len(ids), 500):
        some = UploadedFile.objects.filter(pk__in=ids[begin : begin + 500])
        some.update(queue_rank=2, reports_open=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(client: Client, rounds: int) -> tuple[float, float, int]:
    with CaptureQueriesContext(connection) as seen:
        assert len(client.get(QUEUE).context["rows"]) == PER_PAGE
    queries = len(seen)  # now: the next request empties the log
    times = []
    for number in range(rounds + 5):
        begun = time.perf_counter()
        client.get(QUEUE)
        if number >= 5:  # the first only warm up
            times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1], queries


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, nargs="+", default=[100, 100_000])
    options.add_argument("--rounds", type=int, default=60)
    asked = options.parse_args()
    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        client = Client()
        client.force_login(User.objects.create_superuser("moderator"))
        found, there = [], 0
        for rows in sorted(asked.rows):
            fill(rows - there)
            there = rows
            found.append(measure(client, asked.rounds))
            p50, p95, queries = found[-1]
            print(
                f"{connection.vendor} {rows:>9,} files: p50 {p50:.1f} ms, p95 {p95:.1f} ms, {queries} queries"
            )
        print(f"ratio of p50: {found[-1][0] / found[0][0]:.2f}")
    finally:
        teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main()
