"""`manage.py backup make|restore|files FOLDER`; deploy/backup.sh and deploy/restore.sh call it."""

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
    help = (
        "make: copies database and stored bytes to a folder, beside live traffic. restore: brings them back "
        "into an empty database and storage. files: only the bytes, where that was broken off."
    )
    # `restore` begins without tables.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["make", "restore", "files"])
        parser.add_argument("folder", type=Path)
        parser.add_argument("--like", type=Path, help="make: an earlier backup; what is in it is linked")
        parser.add_argument("--database-only", action="store_true", help="the bytes are seen to otherwise")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 when the backup, or what was restored, is not whole."""
        folder = options["folder"].absolute()
        try:
            if options["action"] == "make":
                self._make(folder, options["like"], database_only=options["database_only"])
                return
            if not (folder / "whole").is_file():
                raise CommandError(
                    "This backup was never finished: take another, or make the file `whole` in it"
                )
            if options["action"] == "restore":
                database.load(folder)
                call_command("migrate", verbosity=0)  # it may be of an earlier version
            if not options["database_only"]:
                self._put_back(folder / "media")
        except (Conflict, StorageAway, DatabaseError, OSError, subprocess.CalledProcessError) as error:
            raise CommandError(str(error)) from error

    def _make(self, folder: Path, like: Path | None, *, database_only: bool) -> None:
        folder.mkdir(mode=0o700, parents=True)  # never over an older one
        hold.begin()
        try:
            dump = database.dump(folder)
            self.stdout.write(f"database: {dump.name}, {dump.stat().st_size} bytes")
            if not database_only:
                done = copy_out(folder / "media", like and like.absolute() / "media")
                told = f"{done.copied} copied, {done.there} linked, {done.gone} went meanwhile"
                self.stdout.write(f"files: {told}")
        finally:
            lasted = hold.end()
        if not lasted:
            raise CommandError("It took longer than VITRINE_BACKUP_HOLD: files of the dump may be missing")
        (folder / "whole").touch()

    def _put_back(self, media: Path) -> None:
        done = put_back(media)
        self.stdout.write(f"files: {done.placed} in place, {done.newer} of them newer than the database")
        if done.damaged:
            raise CommandError(f"{len(done.damaged)} damaged in the backup: {', '.join(done.damaged[:20])}")
