"""`manage.py migrate`: Django's own, but nobody waits for long behind the locks that it waits for."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from uploads_app.migrating.patience import migrate_patiently


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 when a lock was not to be had for long; run again, it goes on where it stopped."""
        handle = super().handle
        migrate_patiently(connections[options["database"]], lambda: handle(*args, **options))
