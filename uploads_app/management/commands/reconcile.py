"""`manage.py reconcile`: takes away what crashes left. Safe beside live traffic; run it every few minutes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from uploads_app.services.reconcile import reconcile
from uploads_app.storage.errors import StorageAway


class Command(BaseCommand):
    help = "Takes away what crashes left: expired uploads, bytes without a row, temporary files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--grace", type=float, help="seconds a stray object is left alone (VITRINE_ORPHAN_GRACE)"
        )
        parser.add_argument(
            "--remake-all", action="store_true", help="make renditions again even if all of them are lost"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0: clean or mended; 1: ready files have lost their bytes; 2: could not look."""
        try:
            report = reconcile(grace=options["grace"], remake_all=options["remake_all"])
        except StorageAway as error:
            raise CommandError(f"the storage is not there: {error}", returncode=2) from error
        self.stdout.write(
            f"given up {report.given_up}, purged {report.purged}, put off {report.unpurged}, "
            f"renditions {report.renditions}, strays {len(report.strays)}, "
            f"unnamed and kept {report.unnamed}, temporary {report.temporaries}, "
            f"direct expired {report.expired}, usage mended {report.usage_mended}, "
            f"keys forgotten {report.keys_forgotten}"
        )
        if report.missing:
            some = ", ".join(report.missing[:20])
            raise CommandError(f"{len(report.missing)} ready files lost their bytes: {some}")
