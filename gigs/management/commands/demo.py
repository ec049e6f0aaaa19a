"""`manage.py demo`: people, gigs and pictures to look at."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gigs.demo import making
from gigs.demo.cast import CAST, STAFF

_HOME_SETTINGS = ("config.settings.development", "config.settings.test")


class Command(BaseCommand):
    help = "Makes a dozen people with thirty gigs and pictures, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="also where others can reach the site")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses where strangers could use the demo's password, which everybody can read."""
        if os.environ.get("DJANGO_SETTINGS_MODULE") not in _HOME_SETTINGS and not options["force"]:
            raise CommandError("These settings are not for development. The demo's password is public.")
        if making.is_whole():
            self.stdout.write("The demo is there already.")
        else:
            making.make(self.stdout.write)
        names = ", ".join(person.username for person in CAST)
        self.stdout.write(f"Staff: {STAFF}. People: {names}.")
        self.stdout.write(f"Password of each, unless it was changed: {making.PASSWORD}")
