"""What a crash, or a hand in the storage, did to renditions: put right, since they can be made again."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.db.models.functions import Now

from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.changes import WAITING_AGAIN
from uploads_app.services.rendering.retire import give_up_expired, remove_retired

_BATCH = 500


def mend_renditions() -> int:
    """Removes what nothing leads to, and has renditions without bytes made again; says how many rows it met.

    Raises StorageAway when the storage cannot be asked.
    """
    return give_up_expired() + remove_retired() + _make_lost_again()


def _make_lost_again() -> int:
    storage: Any = storages["default"]
    ready = Rendition.objects.filter(state=Rendition.State.READY)
    keys = ready.values_list("pk", "key").iterator(_BATCH)
    lost = [pk for pk, key in keys if not storage.exists(key)]
    with transaction.atomic():
        gone = ready.filter(pk__in=lost)
        files = list(gone.values_list("file", flat=True))
        found = gone.update(state=Rendition.State.REMOVING, retired_at=Now())
        UploadedFile.objects.filter(pk__in=files, lifecycle=UploadedFile.Lifecycle.READY).update(
            **WAITING_AGAIN
        )
    return found
