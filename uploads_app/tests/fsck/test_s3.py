"""What only an S3 can do wrong: lie about a type, and give private bytes to strangers."""

from typing import Any

import pytest

from config.tests.services import need_s3
from uploads_app.storage.base import Facts
from uploads_app.storage.places import S3, storage
from uploads_app.storage.s3_audit import AuditedS3
from uploads_app.tests.fsck.house import build, fsck
from uploads_app.tests.stored import Stored, stored
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(settings: Any) -> AuditedS3:
    need_s3()
    settings.VITRINE_STORAGE = "s3"
    found = storage(S3)
    found.mark()
    assert isinstance(found, AuditedS3)
    return found


def test_a_content_type_that_is_not_the_rows_is_found_and_said_anew(owner: User, bucket: AuditedS3) -> None:
    house = build(owner)
    data = stored(house.whole).read_bytes()
    bucket.restate(house.whole.key, Facts(house.whole.sha256, "text/html"))
    assert fsck().names == []
    said = fsck("--deep", "--repair")
    assert (said.status, said.names) == (0, ["META_DRIFT"])
    assert bucket.content_type(house.whole.key) == "image/jpeg"
    assert stored(house.whole).read_bytes() == data
    assert fsck("--deep").names == []


def test_a_stranger_gets_neither_bytes_nor_their_list(owner: User, bucket: AuditedS3) -> None:
    house = build(owner)
    assert not bucket.read_by_anybody(house.whole.key)
    assert not bucket.listed_to_anybody()


def test_a_bucket_that_anybody_reads_is_a_leak(
    owner: User, bucket: AuditedS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = build(owner)
    # A stranger who is let in: one with our credentials.
    monkeypatch.setattr(type(bucket), "_stranger", property(lambda self: self.client))
    said = fsck("--repair")
    assert said.status == 1
    assert set(said.names) == {"LEAK"}
    assert house.whole.key in {finding["key"] for finding in said.findings}
    assert not any(finding["repaired"] for finding in said.findings)


def test_what_lies_beside_our_folders_is_told_and_left(owner: User, bucket: AuditedS3) -> None:
    build(owner)
    stranger = Stored(S3, "dumps/db.sql")
    stranger.write_bytes(b"secret")
    said = fsck("--repair")
    assert (said.names, said.findings[0]["key"]) == (["OUTSIDE"], "dumps/")
    assert stranger.exists()
    stranger.unlink()
