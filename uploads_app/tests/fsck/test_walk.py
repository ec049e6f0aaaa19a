"""The walk: in the order of bytes, in constant memory, a fixed number of queries a batch, resumable."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.tests.services import need_s3
from uploads_app.byte_order import ascending, not_before
from uploads_app.models import UploadedFile
from uploads_app.services import naming
from uploads_app.services.fsck.walk import walk
from uploads_app.storage import folders
from uploads_app.storage.places import configured, new_originals, storage
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.fsck.house import PLANTS, build, fsck
from uploads_app.tests.plans import settle_planner
from uploads_app.tests.stored import Stored
from users.models import User

pytestmark = pytest.mark.django_db

NAMES = ["a", "b/c", "b.jpg", "b-c", "B", "é", "a b", "b/a/z", "b/.a.part", "ſ", "a\n", "_", "b0"]


def as_bytes(names: list[str]) -> list[str]:
    return sorted(names, key=os.fsencode)


@pytest.mark.parametrize("in_memory", [2, 1000])
def test_a_folder_is_listed_in_the_order_of_bytes(
    media: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(folders, "_IN_MEMORY", in_memory)
    keys = [f"uploads/{name}" for name in NAMES if name != "b"]
    for key in keys:
        (media / key).parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        (media / key).write_bytes(b"x")
    found = [one.key for one in storage("local").listed("uploads")]
    assert found == as_bytes(keys)
    for after in keys:
        rest = [one.key for one in storage("local").listed("uploads", after)]
        assert rest == [key for key in found if os.fsencode(key) > os.fsencode(after)]


def test_names_that_are_no_text_are_told(media: Path, owner: User) -> None:
    build(owner)
    Path(os.fsdecode(os.fsencode(media) + b"/uploads/general/\xff.jpg")).write_bytes(b"x")
    said = fsck()
    assert said.names == ["OUTSIDE"]
    assert said.findings[0]["key"] == "uploads/general/\\xff.jpg"


def test_rows_come_in_the_order_of_bytes_whatever_the_collation(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "BATCH", 3)
    keys = [f"uploads/{name}" for name in NAMES]
    for key in keys:
        FileFactory.create(owner=owner, file=key)
    FileFactory.create(owner=owner, file="uploadsx")
    alias = new_originals()
    assert [one.key for one in naming.in_order(alias, "uploads")] == as_bytes(keys)
    for key in keys:
        rest = [one.key for one in naming.in_order(alias, "uploads", after=key)]
        assert rest == [other for other in as_bytes(keys) if os.fsencode(other) > os.fsencode(key)]
    assert [one.key for one in naming.in_order(alias, "uploads", prefix="uploads/b/")] == [
        "uploads/b/.a.part",
        "uploads/b/a/z",
        "uploads/b/c",
    ]


def test_a_batch_is_read_by_an_index(owner: User) -> None:
    FileFactory.create_batch(30, owner=owner)
    settle_planner()
    rows = UploadedFile.objects.filter(not_before("file", "uploads/general/5", inclusive=False))
    plan = rows.order_by(ascending("file")).values("file")[:10].explain()
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
    assert "Index" in plan or "INDEX" in plan


def test_a_batch_costs_a_query_a_table_however_much_is_wrong(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "BATCH", 10)

    def cost(files: int) -> int:
        UploadedFile.objects.all().delete()
        FileFactory.create_batch(files, owner=owner)
        with CaptureQueriesContext(connection) as caught:
            assert len(list(walk([new_originals()]))) == files
        return len(caught)

    # Three tables more share their folder or are asked of it: copies of files, what moves, and what comes in parts.
    assert [cost(5), cost(25), cost(95)] == [4, 6, 13]
    with CaptureQueriesContext(connection) as few:
        fsck()
    for file in UploadedFile.objects.all()[:50]:
        file.delete()
    with CaptureQueriesContext(connection) as fewer:
        fsck()
    assert len(few) - len(fewer) == 5 + 0  # what is wrong is looked at again together


def test_a_check_goes_on_where_another_ended(owner: User) -> None:
    house = build(owner)
    for _ in range(4):
        PLANTS["orphan"][1](house)
    everything = fsck().findings
    assert len(everything) == 4
    for number, finding in enumerate(everything):
        rest = fsck("--start-after", finding["key"]).findings
        assert rest == everything[number + 1 :]


def test_only_what_begins_so_is_looked_at(owner: User) -> None:
    house = build(owner)
    for plant in ("orphan", "orphan rendition", "missing", "usage"):
        PLANTS[plant][1](house)
    assert fsck("--prefix", "renditions/").names == ["ORPHAN"]
    assert fsck("--prefix", "uploads/gen").names == ["MISSING"]
    assert fsck("--prefix", house.other.key).names == ["MISSING"]
    assert fsck("--prefix", "uploads/gig/").names == ["ORPHAN"]


def test_a_storage_that_lists_in_another_order_gives_no_false_finding(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(owner)
    kind: Any = type(storage(new_originals()))
    real = kind.listed
    monkeypatch.setattr(kind, "listed", lambda self, *words: reversed(list(real(self, *words))))
    assert fsck("--deep").names == []


def test_the_same_key_in_two_storages_is_two_things(owner: User) -> None:
    house = build(owner)
    others = [alias for alias in configured() if alias not in (house.other.storage, "local_renditions")]
    alias = next((one for one in others if one in ("local", "s3")), "")
    if not alias:
        need_s3()
    storage(alias).mark()
    moved = FileFactory.create(owner=owner, storage=alias)
    place = Stored(alias, moved.key)
    place.write_bytes(b"\xff\xd8stored bytes of a test\xff\xd9")
    PLANTS["usage"][1](house)
    assert fsck().names == ["QUOTA_DRIFT"]
    Stored(alias, house.other.key).write_bytes(b"left behind")
    place.unlink()
    found = {(one["name"], one["storage"], one["key"]) for one in fsck().findings if one["key"]}
    assert found == {("ORPHAN", alias, house.other.key), ("MISSING", alias, moved.key)}
