"""Each class of damage is found and named by itself and among all others; a house without any is clean."""

from pathlib import Path

import pytest

from uploads_app.tests.fsck.house import FOLDER_PLANTS, PLANTS, build, fsck
from users.models import User

pytestmark = pytest.mark.django_db


def test_a_house_with_every_kind_of_row_is_clean(owner: User) -> None:
    build(owner)
    said = fsck("--deep")
    assert (said.status, said.findings) == (0, [])
    assert said.summary["verdict"] == "clean"
    assert said.summary["keys"] > 10


@pytest.mark.parametrize("plant", PLANTS)
def test_one_damage_is_found_and_nothing_else(owner: User, plant: str) -> None:
    house = build(owner)
    name, harm = PLANTS[plant]
    harm(house)
    said = fsck("--deep")
    assert (said.status, said.names) == (1, [name])


@pytest.mark.parametrize("plant", FOLDER_PLANTS)
def test_one_damage_of_a_folder_is_found_and_nothing_else(owner: User, media: Path, plant: str) -> None:
    build(owner)
    name, harm = FOLDER_PLANTS[plant]
    harm(media)
    assert fsck("--deep").names == [name]


def test_all_damage_at_once_is_told_apart(owner: User, media: Path) -> None:
    house = build(owner)
    for _, harm in PLANTS.values():
        harm(house)
    for _, spoil in FOLDER_PLANTS.values():
        spoil(media)
    planted = [name for name, _ in [*PLANTS.values(), *FOLDER_PLANTS.values()]]
    assert fsck("--deep").names == sorted(planted)


def test_a_check_changes_nothing(owner: User, media: Path) -> None:
    house = build(owner)
    for _, harm in PLANTS.values():
        harm(house)
    for _, spoil in FOLDER_PLANTS.values():
        spoil(media)
    assert fsck("--deep").findings == fsck("--deep").findings


def test_what_changed_lately_may_be_on_its_way(owner: User) -> None:
    house = build(owner)
    PLANTS["orphan"][1](house)
    PLANTS["late bytes"][1](house)
    assert fsck(grace=3600).names == []
    PLANTS["missing"][1](house)
    assert fsck(grace=3600).names == ["MISSING"]  # which no passing moment explains


def test_without_reading_a_flipped_bit_is_not_seen_and_a_cut_file_is(owner: User) -> None:
    house = build(owner)
    PLANTS["flipped"][1](house)
    PLANTS["cut"][1](house)
    assert fsck().names == ["CORRUPT"]
    assert fsck("--sample", "100").names == ["CORRUPT", "CORRUPT"]
