"""manage.py second_factor status|reset USERNAME: for who lost both their phone and their recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from users.models import User
from users.services import second_factor


class Command(BaseCommand):
    help = "Tells whether somebody has a second factor, or takes it away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["status", "reset"])
        parser.add_argument("username")

    def handle(self, *args: Any, what: str, username: str, **options: Any) -> None:
        user = User.objects.with_username(username).first()
        if user is None:
            raise CommandError(f"There is nobody named {username}.")
        self.stdout.write(_reset(user) if what == "reset" else _status(user))


def _status(user: User) -> str:
    device = second_factor.device_of(user)
    if device is None:
        return f"{user.username} has no second factor."
    used = f"last used {device.last_used_at:%Y-%m-%d %H:%M}" if device.last_used_at else "never used"
    left = second_factor.recovery_codes_left(user)
    return f"{user.username} has a second factor, {used}, and {left} recovery codes."


def _reset(user: User) -> str:
    if not second_factor.reset(user=user):
        return f"{user.username} had no second factor. Their sessions and logins are ended."
    return f"The second factor of {user.username} is taken away, and their sessions and logins are ended."
