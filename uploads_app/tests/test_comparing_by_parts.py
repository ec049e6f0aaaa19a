"""As it comes round, what grows with the number of files is compared a part at a time, and all of it in turn."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from uploads_app.models import Rendition, StorageUsage, Walk
from uploads_app.services import reconcile as reconciling
from uploads_app.services.reconcile import compare_on, finish, reconcile
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.local import DurableLocalStorage
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from uploads_app.tests.stored import stored
from uploads_app.worker import periodic
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PART = 2


@pytest.fixture(autouse=True)
def small_parts(settings: Any) -> None:
    settings.VITRINE_COMPARE_ROWS, settings.VITRINE_ORPHAN_GRACE = PART, 0


def old_strays(media: Path, number: int) -> list[str]:
    keys = [f"renditions/ab/{name}.webp" for name in range(number)]
    for key in keys:
        path = media / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"stray")
        os.utime(path, (time.time() - 60, time.time() - 60))
    return keys


def test_each_round_looks_at_a_part_and_all_come_in_turn(owner: User) -> None:
    lost = sorted(str(FileFactory.create(owner=owner).pk) for _ in range(5))
    rounds = [compare_on().missing for _ in range(6)]
    assert [sorted(found) for found in rounds] == [lost[:2], lost[2:4], lost[4:]] * 2


def test_what_lies_in_a_folder_comes_in_turn_too(media: Path) -> None:
    keys = old_strays(media, 5)
    assert [compare_on().strays for _ in range(3)] == [keys[:2], keys[2:4], keys[4:]]
    assert not any((media / key).exists() for key in keys)


def test_a_name_that_no_database_takes_holds_nothing_up(media: Path) -> None:
    keys = old_strays(media, 3)
    odd = media / "renditions/ab" / os.fsdecode(b"0\xff.webp")
    odd.write_bytes(b"x")
    os.utime(odd, (0, 0))
    found = [key for _ in range(4) for key in compare_on().strays]
    assert set(keys) <= set(found)
    assert not odd.exists()


def test_renditions_without_bytes_are_found_in_turn(owner: User) -> None:
    file = FileFactory.create(owner=owner)
    store_bytes(file)
    for preset in ("thumb", "card", "w320"):
        stored(ready_rendition(file, preset)).unlink()
    assert [compare_on().renditions for _ in range(3)] == [2, 1, 0]
    assert not Rendition.objects.exists()


def test_counters_of_usage_are_compared_in_turn(settings: Any) -> None:
    settings.VITRINE_COMPARE_ROWS = 2 * reconciling._FILES_EACH
    for person in UserFactory.create_batch(3):
        StorageUsage.objects.create(owner=person, files=9, bytes=9)
    assert [compare_on().usage_mended for _ in range(3)] == [2, 1, 0]


def test_a_round_that_failed_is_met_again(owner: User, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = sorted(str(FileFactory.create(owner=owner).pk) for _ in range(5))
    compare_on()

    def away(self: DurableLocalStorage, name: str) -> bool:
        raise StorageAway("gone")

    with monkeypatch.context() as patched:
        patched.setattr(DurableLocalStorage, "exists", away)
        with pytest.raises(StorageAway):
            compare_on()
    assert sorted(compare_on().missing) == lost[2:4]


def test_the_command_compares_all_at_once_and_leaves_the_rounds_where_they_were(owner: User) -> None:
    lost = sorted(str(FileFactory.create(owner=owner).pk) for _ in range(5))
    compare_on()
    places = dict(Walk.objects.values_list("name", "after"))
    assert sorted(reconcile(grace=0).missing) == lost
    assert dict(Walk.objects.values_list("name", "after")) == places


@pytest.mark.parametrize("round_", [compare_on, finish])
def test_a_round_asks_as_much_however_many_files_there_are(owner: User, round_: Callable[[], object]) -> None:
    def queries(files: int) -> int:
        for file in FileFactory.create_batch(files, owner=owner):
            store_bytes(file)
        Walk.objects.update(
            after=""
        )  # or it may begin at the last file, whose part takes another query to end
        with CaptureQueriesContext(connection) as seen:
            round_()
        return len(seen)

    round_()
    assert queries(3) == queries(30)


def test_lost_bytes_that_a_round_met_are_told_of(owner: User, caplog: pytest.LogCaptureFixture) -> None:
    file = FileFactory.create(owner=owner)
    assert periodic._do(periodic._all["files.compare"])
    assert str(file.pk) in caplog.text
