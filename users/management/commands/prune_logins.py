"""manage.py prune_logins: forgets logins and counts that are over. To be run daily."""

from typing import Any

from django.core.management.base import BaseCommand

from users import throttling
from users.services import login


class Command(BaseCommand):
    help = "Deletes expired logins and the counts of throttles whose window is over."

    def handle(self, *args: Any, **options: Any) -> None:
        logins, counts = login.prune(), throttling.prune()
        self.stdout.write(f"{logins} logins and {counts} counts deleted.")
