"""Notes of files whose publicity may have changed: so that not all files are looked at to find the few."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from uploads_app.models import PublicityChange
from uploads_app.storage.places import has_public_copies

_BATCH = 500

Notes = dict[int, UUID]  # files by the keys of their notes


def look_again(files: Iterable[UUID | None]) -> None:
    """Notes that others may see these files now, or not any more; within the transaction that changes it.

    What nobody notes is found as well, but only when its turn comes (services.publishing.sweep).
    """
    if has_public_copies():
        notes = [PublicityChange(file_id=file_id) for file_id in dict.fromkeys(files) if file_id]
        PublicityChange.objects.bulk_create(notes, _BATCH)


def oldest() -> Notes:
    """Some of the notes, the oldest first."""
    return dict(PublicityChange.objects.order_by("pk").values_list("pk", "file_id")[:_BATCH])


def forget(notes: Notes) -> None:
    """Once copies are as they should be. What was noted meanwhile is another note, and stays."""
    PublicityChange.objects.filter(pk__in=notes).delete()
