"""`manage.py storage status|copy|verify|switch|clean --to s3|local`: docs/moving.md."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from tqdm import tqdm

from uploads_app.errors import Conflict
from uploads_app.services.moving.clean import clean
from uploads_app.services.moving.copy import copy
from uploads_app.services.moving.status import Counted, status
from uploads_app.services.moving.switch import switch
from uploads_app.services.moving.verify import verify
from uploads_app.storage.errors import StorageAway

_SHOWN = 20  # keys that are written out


class Command(BaseCommand):
    help = "Moves all pictures from the local folder to S3, or back, beside live traffic; in these steps."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["status", "copy", "verify", "switch", "clean"])
        parser.add_argument("--to", choices=["s3", "local"], required=True, help="where the move leads")
        parser.add_argument("--jobs", type=int, default=4, help="copy, verify, clean: objects at once (4)")
        parser.add_argument("--quick", action="store_true", help="verify: believe hashes that S3 keeps")
        parser.add_argument("--force", action="store_true", help="switch: also while new ones go elsewhere")
        parser.add_argument(
            "--grace", type=float, help="clean: seconds since the switch (VITRINE_LEFT_BEHIND_KEPT)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0: done; 1: done as far as it went, or refused; 2: a storage is not there."""
        if options["jobs"] < 1:
            raise CommandError("--jobs is 1 or more")
        try:
            getattr(self, f"_{options['action']}")(options["to"], options)
        except StorageAway as error:
            raise CommandError(f"a storage is not there: {error}", returncode=2) from error
        except Conflict as error:
            raise CommandError(str(error)) from error

    def _status(self, to: str, options: dict[str, Any]) -> None:
        self.stdout.write(f"new pictures are stored in: {settings.VITRINE_STORAGE}")
        for kind in status(to):
            self.stdout.write(f"{kind.name}:")
            self._line(f"in {to}", kind.there)
            self._line("copied, to be switched", kind.copied)
            self._line("to be copied", kind.to_copy)
            self._line("copies begun", kind.unfinished)
            self._line("left behind", kind.left_behind)

    def _line(self, words: str, counted: Counted) -> None:
        self.stdout.write(f"  {words:<24}{counted.objects:>10,}  {filesizeformat(counted.bytes)}")

    def _copy(self, to: str, options: dict[str, Any]) -> None:
        with _bar(sum(kind.to_copy.objects for kind in status(to))) as bar:
            done = copy(to, jobs=options["jobs"], progress=bar.update)
        self.stdout.write(f"copied {done.objects} ({filesizeformat(done.bytes)}), failed {len(done.failed)}")
        if done.failed:
            raise CommandError(_listed([f"{key}: its bytes {why}" for key, why in done.failed.items()]))

    def _verify(self, to: str, options: dict[str, Any]) -> None:
        with _bar(_there(to)) as bar:
            found = verify(to, quick=options["quick"], jobs=options["jobs"], progress=bar.update)
        wrong, unread = len(found.wrong), len(found.unread)
        self.stdout.write(f"looked at {found.looked_at}, wrong {wrong}, not read {unread}")
        if wrong or unread:
            told = [f"{key}: wrong, to be copied again" for key in found.wrong]
            raise CommandError(_listed([*told, *(f"{key}: could not be read" for key in found.unread)]))

    def _switch(self, to: str, options: dict[str, Any]) -> None:
        with _bar(_there(to)) as bar:
            done = switch(to, force=options["force"], progress=bar.update)
        self.stdout.write(f"switched {done.objects}, not copied yet {done.left}")
        if done.left:
            raise CommandError(f"{done.left} stay where they are: copy, then switch again")

    def _clean(self, to: str, options: dict[str, Any]) -> None:
        with _bar(sum(kind.left_behind.objects for kind in status(to))) as bar:
            done = clean(to, grace=options["grace"], jobs=options["jobs"], progress=bar.update)
        self.stdout.write(f"removed {done.objects}, kept {len(done.lost)}, put off {len(done.put_off)}")
        if done.lost or done.put_off:
            told = [f"{key}: not in {to}, so its old bytes were kept" for key in done.lost]
            raise CommandError(_listed([*told, *(f"{key}: put off" for key in done.put_off)]))


@contextmanager
def _bar(total: int) -> Iterator[tqdm[Any]]:
    """A bar of objects, on a terminal only; `total` is what there is now, and others go on meanwhile."""
    with tqdm(total=total, unit="object", disable=None) as bar:
        yield bar


def _there(to: str) -> int:
    """Copies that lie at a place: those that a switch to it would take."""
    return sum(kind.copied.objects for kind in status(to))


def _listed(lines: Collection[str]) -> str:
    some = list(lines)[:_SHOWN]
    more = [f"… and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join([f"{len(lines)} need a look:", *some, *more])
