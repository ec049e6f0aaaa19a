"""Models on which it depends whether a file is public: that one of their rows changes is noted, whoever changes it.

Signals do no more than note, in the transaction of the change. `QuerySet.update` and bulk writes send none: who uses
them on these columns notes by hand (`changes.look_again`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.db.models.signals import post_save, pre_delete, pre_save

from uploads_app.services.publishing.changes import look_again
from uploads_app.storage.places import has_public_copies

FilesOf = Callable[[Any], Iterable[UUID | None]]


@dataclass(frozen=True, slots=True)
class Watch:
    """`files` of a row by its primary key, as the database has them; `columns` that publicity depends on.

    `gone` tells the same of a row in hand that is about to be deleted, without a query for each of many.
    """

    model: type[Model]
    columns: frozenset[str]
    files: FilesOf
    gone: FilesOf


_watched: list[Watch] = []


def watch(model: type[Model], columns: Iterable[str], files: FilesOf, gone: FilesOf | None = None) -> None:
    """Has every saved change of these columns noted, and every deletion.

    Called once per process and kind of use, from AppConfig.ready.
    """
    names = frozenset(columns)
    one = Watch(model, names, files, gone or (lambda instance: files(instance.pk)))
    told_by = names | {f"{name}_id" for name in names}  # as `update_fields` may call them
    _watched.append(one)

    def saved(instance: Model, update_fields: Iterable[str] | None = None, **_: Any) -> None:
        if update_fields is None or not told_by.isdisjoint(update_fields):
            _note(lambda: one.files(instance.pk))

    def deleted(instance: Model, **_: Any) -> None:
        _note(lambda: one.gone(instance))

    # Before it is saved the database tells which files it was about, and after it, which it is about.
    for signal in (pre_save, post_save):
        signal.connect(saved, sender=model, weak=False)
    pre_delete.connect(deleted, sender=model, weak=False)


def watched() -> list[Watch]:
    """All that is watched."""
    return list(_watched)


def _note(files: Callable[[], Iterable[UUID | None]]) -> None:
    if has_public_copies():
        look_again(list(files()))
