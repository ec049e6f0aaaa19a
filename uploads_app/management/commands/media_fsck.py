"""`manage.py media_fsck`: whether database and storages tell the same."""

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.files.storage import InvalidStorageError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from uploads_app.errors import Conflict
from uploads_app.services.backup import restored
from uploads_app.services.fsck.check import Check
from uploads_app.services.fsck.findings import Finding, Kind
from uploads_app.services.fsck.guarded import repaired
from uploads_app.storage.errors import StorageAway


class Command(BaseCommand):
    help = (
        "Compares every row that names stored bytes with the storages. Changes nothing without --repair. "
        "Exit status 0: clean, or all repaired; 1: something is wrong; 2: it could not be checked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--deep", action="store_true", help="read all bytes and compare their SHA-256")
        parser.add_argument("--sample", type=float, default=0.0, help="read so many percent of the files")
        parser.add_argument("--prefix", default="", help="only keys that begin so")
        parser.add_argument(
            "--start-after", default="", help="only keys after this one: goes on where one ended"
        )
        parser.add_argument("--grace", type=float, help="seconds in which what changed may be on its way")
        parser.add_argument(
            "--max-ratio", type=float, default=0.01, help="of wrong files, more is not repaired"
        )
        parser.add_argument("--json", action="store_true", help="a line for each finding, and one at the end")
        parser.add_argument("--repair", action="store_true", help="mend what can be mended")
        parser.add_argument("--after-restore", action="store_true", help="keep files newer than the database")

    def handle(self, *args: Any, **options: Any) -> None:
        check = Check(
            sample=100.0 if options["deep"] else options["sample"],
            prefix=options["prefix"],
            after=options["start_after"],
            grace=options["grace"],
            after_restore=options["after_restore"],
        )
        found: Counter[Kind] = Counter()
        moment, left = restored.last_known(), 0
        try:
            ways = repaired(check, options["max_ratio"]) if options["repair"] else ((f, False) for f in check)
            for finding, mended in ways:
                found[finding.kind] += 1
                left += not mended
                self._tell(finding, mended, as_json=options["json"])
        except (StorageAway, DatabaseError, InvalidStorageError) as error:
            self._sum_up(check, found, left, "could not check", as_json=options["json"])
            where = f"; go on with --start-after {check.last}" if check.last else ""
            raise CommandError(f"could not check: {error}{where}", returncode=2) from error
        except Conflict as error:
            raise CommandError(str(error)) from error
        if options["after_restore"]:
            restored.note_restored(moment)
        self._sum_up(check, found, left, "wrong" if left else "clean", as_json=options["json"])
        if left:
            raise CommandError(f"{left} findings are left")

    def _tell(self, finding: Finding, mended: bool, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(finding.as_json() | {"repaired": mended}))
            return
        told = finding.as_json()
        where = " ".join(told[name] for name in ("storage", "key", "by", "row") if told[name])
        says = f": {finding.detail}" if finding.detail else ""
        self.stdout.write(
            f"{finding.kind} {finding.kind.name} {where}{says}{' (repaired)' if mended else ''}"
        )

    def _sum_up(self, check: Check, found: Counter[Kind], left: int, verdict: str, *, as_json: bool) -> None:
        if as_json:
            counts = {kind.name: found[kind] for kind in Kind}
            summary = {"verdict": verdict, "keys": check.looked_at, "kept": check.kept, "left": left}
            self.stdout.write(json.dumps(summary | {"last": check.last, "found": counts}))
            return
        counts_told = ", ".join(f"{kind.name} {count}" for kind, count in sorted(found.items())) or "nothing"
        kept = f"; {check.kept} newer than the backup, kept" if check.kept else ""
        self.stdout.write(f"{verdict}: {check.looked_at} keys, found {counts_told}{kept}")
