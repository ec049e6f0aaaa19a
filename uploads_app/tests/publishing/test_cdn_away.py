"""A CDN that cannot be told keeps nothing readable in the bucket, and nothing else back; it is told once it can be."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from gigs.models import Gig
from uploads_app.errors import Unavailable
from uploads_app.models import PublicCopy, UploadedFile
from uploads_app.observing.state import _readings_of_ours
from uploads_app.services.delete import delete_file
from uploads_app.services.publishing import withdraw as withdrawing
from uploads_app.services.publishing.addresses import public_address
from uploads_app.services.publishing.sweep import sweep
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import S3, S3_RENDITIONS, storage
from uploads_app.storage.s3_public import PublicS3Storage
from uploads_app.tasks import withdraw
from uploads_app.tests.factories import FileFactory, ready_rendition
from uploads_app.tests.publishing.copies import fetch, states

pytestmark = pytest.mark.django_db


class Cdn:
    """Answers with a status, and keeps what it was told."""

    def __init__(self) -> None:
        self.status = 401  # as when its token is over
        self.told: list[list[str]] = []

    def tell(self, addresses: Sequence[str]) -> dict[str, Any]:
        self.told.append(list(addresses))
        return {"status": self.status}


@pytest.fixture
def cdn(monkeypatch: pytest.MonkeyPatch) -> Cdn:
    """Told of one copy at a time."""
    made = Cdn()
    monkeypatch.setattr(withdrawing, "tell", made.tell)
    monkeypatch.setattr(withdrawing, "_BATCH", 1)
    return made


@pytest.fixture
def two(copy: PublicCopy, gig: Gig) -> list[PublicCopy]:
    """Two copies, of two files of one gig."""
    add(gig)
    sweep()
    return list(PublicCopy.objects.order_by("pk"))


def add(gig: Gig) -> None:
    file = FileFactory.create(owner=gig.owner)
    gig.images.create(file=file, position=20)
    ready_rendition(file, storage=S3_RENDITIONS)


def waiting() -> float:
    found = {metric.name: metric for metric in _readings_of_ours()}
    return float(found["vitrine_public_copies_removing"].samples[0].value)


def test_the_bytes_of_all_go_though_it_is_told_of_none(
    two: list[PublicCopy], gig: Gig, cdn: Cdn, caplog: pytest.LogCaptureFixture
) -> None:
    Gig.objects.update(published_at=None)
    sweep()
    assert [fetch(copy.key).status_code for copy in two] == [404, 404]
    assert cdn.told == [[public_address(copy.key)] for copy in two]
    assert states() == ["removing"] * 2
    assert [record.levelno for record in caplog.records if "2 public copies" in record.message] == [
        logging.ERROR
    ]
    assert waiting() == 2


def test_it_is_told_again_until_it_takes_it(two: list[PublicCopy], cdn: Cdn) -> None:
    Gig.objects.update(published_at=None)
    for _ in range(2):
        sweep()
    cdn.status = 200
    sweep()
    assert cdn.told == [[public_address(copy.key)] for copy in two] * 3
    assert (states(), waiting()) == (["gone"] * 2, 0)


def test_what_is_public_is_copied_meanwhile(two: list[PublicCopy], gig: Gig, cdn: Cdn) -> None:
    gig.images.filter(file=two[0].file_id).delete()
    sweep()
    gig.images.filter(file=two[1].file_id).delete()
    add(gig)
    sweep()
    assert states() == ["removing", "removing", "offered"]


def test_a_deleted_file_goes_with_all_its_bytes_and_the_cdn_is_told_later(
    copy: PublicCopy, file: UploadedFile, cdn: Cdn
) -> None:
    rendition = copy.rendition
    assert rendition
    delete_file(file)
    assert fetch(copy.key).status_code == 404
    assert not storage(S3).exists(file.key)
    assert not storage(S3_RENDITIONS).exists(rendition.key)
    file.refresh_from_db()
    assert (file.lifecycle, states()) == ("purged", ["removing"])

    cdn.status = 200
    sweep()
    assert cdn.told[-1] == [public_address(copy.key)]
    assert not PublicCopy.objects.exists()


def test_a_worker_comes_again_soon(copy: PublicCopy, file: UploadedFile, cdn: Cdn) -> None:
    Gig.objects.update(published_at=None)
    with pytest.raises(Unavailable):
        withdraw.func(str(file.pk))
    cdn.status = 200
    withdraw.func(str(file.pk))
    assert states() == ["gone"]


def test_it_is_told_of_what_went_before_the_storage_was_away(
    two: list[PublicCopy], cdn: Cdn, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove = PublicS3Storage.remove

    def away(self: PublicS3Storage, key: str) -> None:
        if key == two[1].key:
            raise StorageAway("away")
        remove(self, key)

    cdn.status = 200
    Gig.objects.update(published_at=None)
    monkeypatch.setattr(PublicS3Storage, "remove", away)
    sweep()
    assert states() == ["gone", "removing"]
