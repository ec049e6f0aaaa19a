"""`manage.py worker`: makes renditions and sees to what comes round, until it is told to stop."""

import os
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from uploads_app.observing import watchers
from uploads_app.services import decoding
from uploads_app.worker.loop import Worker


class Command(BaseCommand):
    help = (
        "Works off the list of renditions and what comes round. SIGTERM or SIGINT: ends after the work "
        "under way; a second one: at once. On PostgreSQL as many as wanted, on SQLite one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drain", action="store_true", help="end once nothing is left to do")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 after an orderly stop."""
        worker = Worker()

        def end(number: int, _frame: object) -> None:
            if worker.stopping:
                os._exit(128 + number)
            worker.stop()

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, end)
        watchers.begin()
        decoding.for_a_worker()
        decoding.warm_up()
        worker.run(drain=options["drain"])
