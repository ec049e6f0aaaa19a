"""The search for near hashes: as complete as a comparison with every row, and by the indexes."""

import random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from uploads_app.hashes import signed
from uploads_app.images.phash import hamming_distance, is_flat
from uploads_app.models import BannedHash, BannedPicture, FileHash
from uploads_app.models.near_copies import parts_of
from uploads_app.services.moderation import similar
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.plans import settle_planner
from users.models import User

pytestmark = pytest.mark.django_db

RNG = random.Random(7)


def telling(rng: random.Random) -> int:
    """A hash as pictures have them: half of its bits are set."""
    return sum(1 << place for place in rng.sample(range(64), 32))


def changed(hash_: int, bits: int, rng: random.Random) -> int:
    return hash_ ^ sum(1 << place for place in rng.sample(range(64), bits))


def bans_with(hashes: list[int]) -> dict[int, int]:
    """A ban for each hash: {ban id: hash}."""
    bans = BannedPicture.objects.bulk_create(
        BannedPicture(sha256=f"{number:064x}", reason="other", banned_by_name="lead")
        for number in range(len(hashes))
    )
    pairs = list(zip(bans, hashes, strict=True))
    BannedHash.objects.bulk_create(BannedHash(ban=one, **parts_of(hash_)) for one, hash_ in pairs)
    return {one.pk: hash_ for one, hash_ in pairs}


@pytest.mark.parametrize("distance", [0, 3, 4, 7, 8, 11, 12, 15])
def test_the_search_finds_what_a_comparison_with_all_finds(distance: int) -> None:
    rng = random.Random(distance)
    asked = [telling(rng) for _ in range(4)]
    planted = [changed(hash_, bits, rng) for hash_ in asked for bits in range(18) for _ in range(3)]
    kept = bans_with(planted + [telling(rng) for _ in range(400)])
    for hash_ in asked:
        every = [(ban, hamming_distance(hash_, other)) for ban, other in kept.items()]
        expected = sorted((one for one in every if one[1] <= distance), key=lambda one: (one[1], one[0]))
        assert similar.near_bans(hash_, distance) == expected
        assert len(expected) >= 3 * (distance + 1)


def test_changes_in_one_part_alone_and_spread_over_all_are_found() -> None:
    """Seven bits: the worst for the parts is to have two of them in three and one in the last."""
    hash_ = telling(RNG)
    spread = sum(1 << place for place in (0, 1, 16, 17, 32, 33, 48))
    whole = sum(1 << place for place in range(40, 47))
    kept = bans_with([hash_ ^ spread, hash_ ^ whole])
    assert dict(similar.near_bans(hash_, 7)) == dict.fromkeys(kept, 7)


def test_a_hash_with_its_highest_bit_survives_the_database(owner: User) -> None:
    hash_ = telling(RNG) | 1 << 63
    file = FileFactory.create(owner=owner, phash=signed(hash_))
    similar.remember(file)
    row = FileHash.objects.get(file=file)
    assert [row.part_0, row.part_1, row.part_2, row.part_3] == [hash_ >> at & 65535 for at in (48, 32, 16, 0)]
    assert similar.near_files(hash_, 0) == [(file.pk, 0)]


def test_a_file_near_to_several_hashes_counts_once_by_the_nearest(owner: User) -> None:
    hash_ = telling(RNG)
    file = FileFactory.create(owner=owner, phash=signed(hash_))
    similar.remember(file)
    asked = [changed(hash_, bits, RNG) for bits in (5, 2, 7)]
    assert similar.near_files_of(asked, 7) == [(file.pk, 2)]


@pytest.mark.parametrize("hash_", [0, 1 << 63, 0xFF << 56, 0x7FFF])
def test_flat_pictures_are_not_kept_and_resemble_nothing(owner: User, hash_: int) -> None:
    for _ in range(3):
        similar.remember(FileFactory.create(owner=owner, phash=signed(hash_)))
    assert is_flat(hash_)
    assert not FileHash.objects.exists()
    assert similar.near_files(hash_) == []


def test_a_crowd_of_the_very_same_hash_is_found_whole(owner: User) -> None:
    hash_ = telling(RNG)
    files = [FileFactory.create(owner=owner, phash=signed(hash_)) for _ in range(150)]
    for file in files:
        similar.remember(file)
    found = similar.near_files(changed(hash_, 1, RNG))
    assert found == [(pk, 1) for pk in sorted(file.pk for file in files)]
    assert all(isinstance(pk, UUID) for pk, _ in found)


@pytest.mark.parametrize("model", [FileHash, BannedHash])
def test_each_part_is_looked_up_in_its_index(model: Any) -> None:
    rng = random.Random(3)
    bans_with([telling(rng) for _ in range(2000)])
    settle_planner()
    plan = similar.candidates(model, [telling(rng)], 7).explain()
    for part in range(4):
        assert f"{model._meta.model_name}_part_{part}" in plan
    assert "SCAN" not in plan
    assert "Sort" not in plan
    assert plan.count("COVERING INDEX" if connection.vendor == "sqlite" else "Index Only Scan") == 4
    assert "Seq Scan" not in plan


def test_a_search_is_one_query_and_a_second_where_something_is_near(django_assert_num_queries: Any) -> None:
    hash_ = telling(RNG)
    with django_assert_num_queries(1):
        assert similar.near_bans(hash_) == []
    bans_with([changed(hash_, bits, RNG) for bits in (0, 1, 1, 5, 7)])
    with django_assert_num_queries(2):
        assert len(similar.near_bans(hash_)) == 5
