"""What live traffic makes look wrong for a moment is never told."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from uploads_app.models import Rendition, UploadedFile
from uploads_app.services import naming
from uploads_app.services.delete import delete_file
from uploads_app.services.fsck.judge import judge
from uploads_app.services.fsck.looks import confirmed
from uploads_app.services.fsck.walk import Pair
from uploads_app.storage.base import Listed
from uploads_app.storage.places import storage
from uploads_app.tests.factories import ready_rendition
from uploads_app.tests.fsck.house import kept
from uploads_app.tests.stored import stored
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return kept(owner)


def seen(row: UploadedFile | Rendition, *, lies: bool, named: bool) -> Pair:
    """A key as a walk may see it, when its rows are read and its storage is listed at two moments."""
    listed = storage(row.storage).look(row.key) if lies else None
    rows = naming.names_of([row.key])[row.key] if named else []
    return Pair(row.storage, row.key, listed, tuple(rows))


def told(pair: Pair) -> list[Any]:
    later = time.time() + 60
    assert judge(pair, later), "this should look wrong at first"
    return list(confirmed([pair], later))


def around_the_look(monkeypatch: pytest.MonkeyPatch, alias: str, when: str, act: Callable[[], None]) -> None:
    """Has something happen right before, or right after, the storage is looked at again."""
    kind: Any = type(storage(alias))
    real = kind.look

    def look(self: Any, key: str) -> Listed | None:
        if when == "before":
            act()
        found: Listed | None = real(self, key)
        if when == "after":
            act()
        return found

    monkeypatch.setattr(kind, "look", look)


def remove(row: Rendition) -> None:
    stored(row).unlink()
    Rendition.objects.filter(pk=row.pk).delete()


def test_what_stays_wrong_is_told(file: UploadedFile) -> None:
    stored(file).unlink()
    assert len(told(seen(file, lies=False, named=True))) == 1


def test_a_file_deleted_after_its_row_was_read(file: UploadedFile) -> None:
    pair = seen(file, lies=False, named=True)
    delete_file(file)
    assert told(pair) == []


def test_a_file_uploaded_after_the_rows_were_read(file: UploadedFile) -> None:
    assert told(seen(file, lies=True, named=False)) == []


def test_a_rendition_removed_after_the_storage_was_listed(file: UploadedFile) -> None:
    row = ready_rendition(file)
    pair = seen(row, lies=True, named=False)
    remove(row)
    assert told(pair) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_file_deleted_during_the_second_look(
    file: UploadedFile, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    pair = seen(file, lies=False, named=True)
    around_the_look(monkeypatch, file.storage, when, lambda: delete_file(file))
    assert told(pair) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_rendition_removed_during_the_second_look(
    file: UploadedFile, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    row = ready_rendition(file)
    pair = seen(row, lies=True, named=False)
    around_the_look(monkeypatch, row.storage, when, lambda: remove(row))
    assert told(pair) == []
