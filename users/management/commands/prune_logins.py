"""manage.py prune_logins: forgets logins, sessions and counts that are over. To be run daily."""

from typing import Any

from django.core.management.base import BaseCommand

from users.counting.counts import prune
from users.services import login
from users.sessions import SessionStore


class Command(BaseCommand):
    help = "Deletes expired logins and sessions, and the counts of throttles whose window is over."

    def handle(self, *args: Any, **options: Any) -> None:
        SessionStore.clear_expired()
        logins, counted = login.prune(), prune()
        self.stdout.write(f"{logins} logins and {counted} counts deleted.")
