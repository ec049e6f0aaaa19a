"""Notes of files whose publicity may have changed: so that not all files are looked at to find the few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from uploads_app.models import PublicityChange
from uploads_app.storage.places import has_public_copies

_BATCH = 500

Notes = dict[int, UUID]  # files by the keys of their notes


def look_again(files: Iterable[UUID | None]) -> None:
    """Notes that others may see these files now, or not any more; within the transaction that changes it.

    What nobody notes is found as well, but only when its turn comes (services.publishing.pace).
    """
    if has_public_copies():
        notes = [PublicityChange(file_id=file_id) for file_id in dict.fromkeys(files) if file_id]
        PublicityChange.objects.bulk_create(notes, _BATCH)


def oldest(after: int = 0) -> Notes:
    """Some of the notes after this one, the oldest first."""
    notes = PublicityChange.objects.filter(pk__gt=after).order_by("pk")
    return dict(notes.values_list("pk", "file_id")[:_BATCH])


def noted() -> Iterator[list[UUID]]:
    """The files of all notes, some at a time."""
    last = 0
    while notes := oldest(last):
        yield files_of(notes)
        last = max(notes)


def files_of(notes: Notes) -> list[UUID]:
    """Each once."""
    return list(dict.fromkeys(notes.values()))


def forget(notes: Notes) -> None:
    """Once copies are as they should be. What was noted meanwhile is another note, and stays."""
    PublicityChange.objects.filter(pk__in=notes).delete()
