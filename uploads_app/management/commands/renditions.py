"""`manage.py renditions plan|apply`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from tqdm import tqdm

from uploads_app.services.rendering.plan import plan, put_to_work, waiting, work_off


class Command(BaseCommand):
    help = "Shows, or makes, what changed presets, formats or encoders leave to be rendered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["plan", "apply"])
        parser.add_argument(
            "--queue-only", action="store_true", help="apply: leave the rendering to the workers"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 when `apply` could not finish; what is left stays on the list of work."""
        if options["action"] == "plan":
            self._plan()
        else:
            self._apply(options["queue_only"])

    def _plan(self) -> None:
        found = plan()
        self.stdout.write(
            f"{found.files} files, {found.with_work} of them with work; {found.poison} set aside"
        )
        for name, count in sorted(found.missing.items()):
            self.stdout.write(f"  missing  {name:<12} {count:>9}")
        self.stdout.write(f"  stale    {'':<12} {found.stale:>9}  ({filesizeformat(found.stale_bytes)})")
        self.stdout.write(
            f"estimate: {_duration(found.seconds)} of one process, {filesizeformat(found.bytes)} more stored"
        )

    def _apply(self, queue_only: bool) -> None:
        marked = put_to_work()
        self.stdout.write(f"{marked} files put on the list of work")
        if queue_only:
            return
        total = waiting()
        with tqdm(total=total, unit="file", disable=None) as bar:
            for left in work_off():
                # Uploads that come meanwhile make the list longer.
                bar.total = max(bar.total or 0, left)
                bar.update(bar.total - left - bar.n)
        if left := waiting():
            raise CommandError(
                f"{left} files still wait; they are tried again by workers, or by another apply"
            )
        self.stdout.write(f"{total} files rendered")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
