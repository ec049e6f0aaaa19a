"""While a backup is made, bytes of what is deleted meanwhile stay: the dump still counts on them."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from uploads_app.errors import Conflict
from uploads_app.models import Backup


def under_way() -> QuerySet[Backup]:
    """Backups being made now; while there is one, nothing removes bytes that a row counted on.

    Whoever removes such bytes asks after the commit that ends the counting: then a dump that still saw the
    row has begun its hold before.
    """
    return Backup.objects.filter(ended_at=None, restored_at=None, held_until__gt=Now())


def begin() -> Backup:
    """Begins the hold, to be followed by the dump. It ends by itself after VITRINE_BACKUP_HOLD.

    Raises Conflict while another backup is made.
    """
    with transaction.atomic():
        if under_way().exists():
            raise Conflict("Another backup is being made.")
        # One that died would make this database look restored.
        Backup.objects.filter(ended_at=None, restored_at=None).update(ended_at=Now())
        until = Now() + timedelta(seconds=settings.VITRINE_BACKUP_HOLD)
        return Backup.objects.create(began_at=Now(), held_until=until)


def end() -> bool:
    """Ends the hold; says whether it lasted until now: else the dump may count on bytes that are gone."""
    lasted = under_way().update(ended_at=Now())
    Backup.objects.filter(ended_at=None, restored_at=None).update(ended_at=Now())
    return bool(lasted)
