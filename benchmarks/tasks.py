#!/usr/bin/env python
"""Tasks that do nothing, by each engine: how many a second are enqueued, and how many one worker runs.

    DATABASE_URL=… REDIS_URL=… .venv/bin/python benchmarks/tasks.py [--tasks 500] [--passes 3]

Makes databases of its own on the server that DATABASE_URL names (SQLite without), and uses Redis under prefixes of its own.
The engines take turns in each pass. Prints medians.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

import django

django.setup()

from config.tests.engines.site import Site, engine_settings, site

# `render` of a file that is not there looks for it, and that is all.
_ENQUEUE = """
import time
from uploads_app.tasks import render
render.enqueue("00000000-0000-4000-8000-000000000000")
begun = time.perf_counter()
for _ in range({tasks}):
    render.enqueue("00000000-0000-4000-8000-000000000000")
print(time.perf_counter() - begun)
"""


def enqueued(found: Site, tasks: int) -> float:
    """Tasks a second that one process enqueues."""
    return tasks / float(found.ask(_ENQUEUE.format(tasks=tasks)))


def run(found: Site) -> float:
    """Tasks a second that one worker runs, from when the first are gone to when all are."""
    all_of_them = found.left()
    worker = found.start_worker()
    while (left := found.left()) == all_of_them:
        time.sleep(0.02)
    begun = time.perf_counter()
    while found.left():
        time.sleep(0.02)
    rate = left / (time.perf_counter() - begun)
    worker.terminate()
    worker.wait(60)
    return rate


def one_pass(engine: str, tasks: int) -> tuple[float, float]:
    limits = {"VITRINE_CELERY_TASK_LIMIT": "60", "VITRINE_CELERY_VISIBILITY": "150"}
    with (
        tempfile.TemporaryDirectory() as home,
        site(Path(home), engine_settings(engine) | limits) as found,
    ):
        return enqueued(found, tasks), run(found)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--tasks", type=int, default=500)
    options.add_argument("--passes", type=int, default=3)
    asked = options.parse_args()
    rates: dict[str, list[tuple[float, float]]] = {"database": [], "celery": []}
    for _ in range(asked.passes):
        for engine, measured in rates.items():
            measured.append(one_pass(engine, asked.tasks))
    for engine, measured in rates.items():
        sent, done = (statistics.median(column) for column in zip(*measured, strict=True))
        print(f"{engine:>9}: {sent:5.0f} enqueued/s, {done:5.0f} run/s by one worker")


if __name__ == "__main__":
    main()
