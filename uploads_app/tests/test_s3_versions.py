"""In a bucket that keeps versions nothing of what was removed is kept."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.tests.services import need_s3
from uploads_app.storage.base import Facts
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import S3, storage
from uploads_app.storage.s3 import DurableS3Storage
from uploads_app.tests.s3_storages import own_bucket, reached_at, source_of, versions_in

KEY = "uploads/general/a.jpg"
NEIGHBOUR = KEY + ".webp"


@pytest.fixture
def s3(settings: Any) -> Iterator[DurableS3Storage]:
    need_s3()
    settings.VITRINE_S3_LOCATION = "pictures"
    admin: Any = storage(S3)
    with own_bucket(admin.client, versions=True) as bucket:
        found = reached_at("", bucket)
        found.mark()
        yield found


def kept(s3: DurableS3Storage) -> list[str]:
    """Keys of all versions, once for each."""
    return [
        one["Key"].removeprefix("pictures/") for one in versions_in(s3.client, s3.bucket_name, "pictures/up")
    ]


def put(s3: DurableS3Storage, data: bytes, folder: Path, key: str = KEY) -> None:
    s3.write_once(key, source_of(data, folder), Facts(hashlib.sha256(data).hexdigest(), "image/jpeg"))


def test_removing_removes_every_version_and_its_own_mark(s3: DurableS3Storage, tmp_path: Path) -> None:
    put(s3, b"mine", tmp_path)
    s3.client.put_object(Bucket=s3.bucket_name, Key=f"pictures/{KEY}", Body=b"by another hand")
    s3.client.delete_object(Bucket=s3.bucket_name, Key=f"pictures/{KEY}")
    s3.client.put_object(Bucket=s3.bucket_name, Key=f"pictures/{KEY}", Body=b"and again")
    put(s3, b"neighbour", tmp_path, NEIGHBOUR)
    assert len(kept(s3)) == 5
    s3.remove(KEY)
    assert kept(s3) == [NEIGHBOUR]
    s3.remove(KEY)
    assert kept(s3) == [NEIGHBOUR]


def test_the_second_removal_of_a_process_leaves_as_little_as_the_first(
    s3: DurableS3Storage, tmp_path: Path
) -> None:
    for _ in range(2):
        put(s3, b"x", tmp_path)
        s3.remove(KEY)
        assert kept(s3) == []
        assert not s3.exists(KEY)


def test_versions_that_came_before_versioning_was_suspended_go_as_well(
    s3: DurableS3Storage, tmp_path: Path
) -> None:
    put(s3, b"x", tmp_path)
    s3.client.put_bucket_versioning(Bucket=s3.bucket_name, VersioningConfiguration={"Status": "Suspended"})
    s3.remove(KEY)
    assert kept(s3) == []


def test_what_is_only_hidden_is_listed_until_it_is_gone(s3: DurableS3Storage, tmp_path: Path) -> None:
    put(s3, b"x", tmp_path)
    put(s3, b"y", tmp_path, NEIGHBOUR)
    s3.client.delete_object(Bucket=s3.bucket_name, Key=f"pictures/{KEY}")  # a removal that died halfway
    assert not s3.exists(KEY)
    assert sorted(key for key, _ in s3.keys("uploads")) == [KEY, NEIGHBOUR]
    s3.remove(KEY)
    assert [key for key, _ in s3.keys("uploads")] == [NEIGHBOUR]
    assert kept(s3) == [NEIGHBOUR]


def test_a_removal_that_cannot_look_for_versions_is_not_done(
    s3: DurableS3Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(s3, b"x", tmp_path)

    def refuse(prefix: str) -> None:
        raise StorageAway("S3 says AccessDenied")

    with monkeypatch.context() as patch:
        patch.setattr(s3._listing, "_pages_of_versions", refuse)
        with pytest.raises(StorageAway):
            s3.remove(KEY)
    s3.remove(KEY)
    assert kept(s3) == []
