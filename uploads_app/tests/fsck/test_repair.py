"""What can be mended is mended by --repair, what cannot stays told, and nothing unique is ever destroyed."""

from pathlib import Path
from typing import Any

import pytest

from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.backup import hold
from uploads_app.storage.keys import QUARANTINE
from uploads_app.storage.places import new_originals, storage
from uploads_app.tests.fsck.house import FOLDER_PLANTS, PLANTS, build, fsck, kept
from uploads_app.tests.stored import Stored, stored
from users.models import Profile, User

pytestmark = pytest.mark.django_db

FOR_A_PERSON = {"missing", "flipped", "cut", "stranger"}


def set_aside() -> list[Stored]:
    alias = new_originals()
    return [Stored(alias, key) for key, _ in storage(alias).keys(QUARANTINE)]


@pytest.mark.parametrize("plant", sorted(PLANTS.keys() - FOR_A_PERSON))
def test_what_can_be_mended_is(owner: User, plant: str) -> None:
    house = build(owner)
    PLANTS[plant][1](house)
    said = fsck("--repair", "--max-ratio", "1")
    assert (said.status, [finding["repaired"] for finding in said.findings]) == (0, [True])
    assert fsck("--deep").names == []


@pytest.mark.parametrize("plant", sorted(FOLDER_PLANTS.keys() - FOR_A_PERSON))
def test_what_can_be_mended_in_a_folder_is(owner: User, media: Path, plant: str) -> None:
    build(owner)
    FOLDER_PLANTS[plant][1](media)
    assert fsck("--repair").status == 0
    assert fsck("--deep").names == []
    assert Path("/etc/passwd").read_text()


def test_a_missing_file_keeps_its_row_and_stays_told(owner: User) -> None:
    house = build(owner)
    PLANTS["missing"][1](house)
    said = fsck("--repair")
    assert (said.status, said.names, said.findings[0]["repaired"]) == (1, ["MISSING"], False)
    assert UploadedFile.objects.get(pk=house.other.pk).is_active


def test_a_corrupt_file_is_served_no_more_and_its_bytes_are_kept(owner: User) -> None:
    house = build(owner)
    PLANTS["flipped"][1](house)
    assert fsck("--deep", "--repair").names == ["CORRUPT"]
    assert len(set_aside()) == 1
    assert fsck("--deep").names == ["MISSING"]


def test_a_corrupt_rendition_is_made_again(owner: User) -> None:
    house = build(owner)
    row = Rendition.objects.filter(file=house.whole, state="ready").first()
    assert row is not None
    stored(row).write_bytes(b"rotten")
    assert fsck("--repair").status == 0
    house.whole.refresh_from_db()
    assert house.whole.rendering == "waiting"
    assert not Rendition.objects.filter(pk=row.pk).exists()
    assert not stored(row).exists()


def test_nobodys_original_is_set_aside_with_its_bytes(owner: User) -> None:
    house = build(owner)
    PLANTS["orphan"][1](house)
    fsck("--repair")
    assert [one.read_bytes() for one in set_aside()] == [b"nobody's"]


def test_a_use_of_a_file_that_is_gone_ends(owner: User) -> None:
    house = build(owner)
    PLANTS["profile"][1](house)
    fsck("--repair")
    assert Profile.objects.get(user=owner).image is None


def test_where_too_much_is_wrong_nothing_is_repaired(owner: User) -> None:
    house = build(owner)
    for _ in range(11):
        PLANTS["orphan"][1](house)
    said = fsck("--repair")
    assert (said.status, said.findings, set_aside()) == (1, [], [])
    assert fsck("--repair", "--max-ratio", "1").status == 0
    assert len(set_aside()) == 11


def test_nothing_is_repaired_while_a_backup_is_made(owner: User) -> None:
    house = build(owner)
    PLANTS["orphan"][1](house)
    hold.begin()
    assert (fsck("--repair").status, set_aside()) == (1, [])
    hold.end()
    assert fsck("--repair").status == 0


def test_files_of_which_all_is_well_are_left_alone(owner: User) -> None:
    house = build(owner)
    more = [kept(owner) for _ in range(3)]
    for _, harm in PLANTS.values():
        harm(house)
    before: dict[Any, bytes] = {file.pk: stored(file).read_bytes() for file in [house.whole, *more]}
    fsck("--deep", "--repair", "--max-ratio", "1")
    assert {file.pk: stored(file).read_bytes() for file in [house.whole, *more]} == before
