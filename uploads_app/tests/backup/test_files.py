"""The copy of the files: whole, made on top of an earlier one, and put back only where it is true."""

from pathlib import Path
from typing import Any

import pytest

from uploads_app.services.backup.files import copy_out
from uploads_app.services.backup.put_back import put_back
from uploads_app.tests.fsck.house import PLANTS, build, fsck
from uploads_app.tests.stored import Stored, all_stored, stored
from users.models import User

pytestmark = pytest.mark.django_db


def empty(settings: Any, tmp_path: Path) -> None:
    """Another storage in place of the one that the rows mean: a new machine."""
    settings.VITRINE_MEDIA_ROOT = settings.MEDIA_ROOT = tmp_path / "new machine"
    settings.VITRINE_S3_LOCATION += "-new"


def test_what_was_copied_comes_back_where_rows_say(owner: User, settings: Any, tmp_path: Path) -> None:
    house = build(owner)
    before = set(all_stored())
    copy_out(tmp_path / "copy")
    empty(settings, tmp_path)
    done = put_back(tmp_path / "copy")
    assert (done.placed, done.newer, done.damaged) == (len(before), 0, [])
    assert all_stored() == before
    assert fsck("--deep").names == []
    again = put_back(tmp_path / "copy")
    assert (again.placed, all_stored()) == (len(before), before)
    assert stored(house.whole).exists()


def test_a_second_copy_links_what_the_first_has(owner: User, tmp_path: Path) -> None:
    build(owner)
    first = copy_out(tmp_path / "1")
    (tmp_path / "1/uploads/general/.half.part").write_bytes(b"half")
    PLANTS["orphan"][1](build(owner))
    second = copy_out(tmp_path / "2", tmp_path / "1")
    assert second.there == first.copied
    assert second.copied > 0
    assert copy_out(tmp_path / "2").copied == 0


def test_what_is_damaged_in_the_backup_is_not_put_back(owner: User, settings: Any, tmp_path: Path) -> None:
    house = build(owner)
    copy_out(tmp_path / "copy")
    path = tmp_path / "copy" / house.other.key
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    empty(settings, tmp_path)
    assert put_back(tmp_path / "copy").damaged == [house.other.key]
    assert fsck("--deep").names == ["MISSING"]


def test_what_rows_say_is_gone_stays_out_and_what_is_newer_comes_in(
    owner: User, settings: Any, tmp_path: Path
) -> None:
    house = build(owner)
    late = Stored(house.gone.storage, house.gone.key)
    PLANTS["late bytes"][1](house)
    PLANTS["orphan"][1](house)
    copy_out(tmp_path / "copy")
    empty(settings, tmp_path)
    assert put_back(tmp_path / "copy").newer == 1
    assert not late.exists()
    assert fsck().names == ["ORPHAN"]
