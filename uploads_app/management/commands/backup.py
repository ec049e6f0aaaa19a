"""`manage.py backup make|restore FOLDER`; deploy/backup.sh and deploy/restore.sh call it."""

import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from uploads_app.errors import Conflict
from uploads_app.services.backup import database, hold
from uploads_app.services.backup.files import copy_out
from uploads_app.services.backup.put_back import put_back
from uploads_app.storage.errors import StorageAway


class Command(BaseCommand):
    help = "Copies database and stored bytes to a folder beside live traffic, or brings them back from it."
    # `restore` begins without tables.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["make", "restore"])
        parser.add_argument("folder", type=Path)
        parser.add_argument("--like", type=Path, help="make: an earlier backup; what is in it is linked")
        parser.add_argument("--database-only", action="store_true", help="the bytes are seen to otherwise")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 when the backup, or what was restored, is not whole."""
        work = self._make if options["action"] == "make" else self._restore
        try:
            work(options["folder"].absolute(), options)
        except (Conflict, StorageAway, DatabaseError, OSError, subprocess.CalledProcessError) as error:
            raise CommandError(str(error)) from error

    def _make(self, folder: Path, options: dict[str, Any]) -> None:
        like = options["like"]
        folder.mkdir(mode=0o700, parents=True)  # never over an older one
        hold.begin()
        try:
            dump = database.dump(folder)
            self.stdout.write(f"database: {dump.name}, {dump.stat().st_size} bytes")
            if not options["database_only"]:
                done = copy_out(folder / "media", like and like.absolute() / "media")
                self.stdout.write(
                    f"files: {done.copied} copied, {done.there} linked, {done.gone} went meanwhile"
                )
        finally:
            lasted = hold.end()
        if not lasted:
            raise CommandError(
                "It took longer than VITRINE_BACKUP_HOLD: files that the dump has may be missing."
            )
        (folder / "whole").touch()

    def _restore(self, folder: Path, options: dict[str, Any]) -> None:
        if not (folder / "whole").is_file():
            raise CommandError(
                "This backup was never finished; take another, or make the file `whole` in it."
            )
        database.load(folder)
        call_command("migrate", verbosity=0)  # it may be of an earlier version
        if options["database_only"]:
            return
        done = put_back(folder / "media")
        self.stdout.write(f"files: {done.placed} in place, {done.newer} of them newer than the database")
        if done.damaged:
            raise CommandError(f"{len(done.damaged)} damaged in the backup: {', '.join(done.damaged[:20])}")
