"""What is over is forgotten, and nothing else."""

from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from users.counting.database import DatabaseCounts
from users.models import Login, Session, ThrottleCount, User
from users.services.login import log_in, revoke_all


def test_expired_logins_and_old_counts_go(owner: User) -> None:
    log_in(owner)
    revoke_all(owner)
    Login.objects.update(expires_at=timezone.now() - timedelta(days=1))
    log_in(owner)
    DatabaseCounts().hit("old", period=60)
    ThrottleCount.objects.update(window_end=timezone.now() - timedelta(seconds=1))
    DatabaseCounts().hit("new", period=60)
    out = StringIO()

    call_command("prune_logins", stdout=out)

    assert out.getvalue() == "1 logins and 1 counts deleted.\n"
    assert Login.objects.count() == 1
    assert ThrottleCount.objects.get().key == "new"


def test_a_revoked_login_is_kept_until_it_would_have_ended(owner: User) -> None:
    log_in(owner)
    revoke_all(owner)
    call_command("prune_logins", stdout=StringIO())
    assert Login.objects.count() == 1


def test_sessions_that_are_over_go(owner: User) -> None:
    for days in (-1, 1):
        Session.objects.create(
            session_key=f"key{days}", account=owner, expire_date=timezone.now() + timedelta(days=days)
        )
    call_command("prune_logins", stdout=StringIO())
    assert Session.objects.get().session_key == "key1"
