"""A takedown removes public copies, tells the CDN of them, and asks for every address that they ever had."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from config.tests.services import need_s3
from gigs.models import Gig, GigImage
from gigs.tests.factories import GigFactory
from uploads_app.errors import Unavailable
from uploads_app.models import ModerationEvent, PublicCopy, UploadedFile
from uploads_app.services.moderation.decide import Seen
from uploads_app.services.moderation.proof import prove
from uploads_app.services.moderation.takedown import take_down
from uploads_app.services.publishing.addresses import public_address
from uploads_app.services.publishing.sweep import sweep
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import S3_RENDITIONS, storage
from uploads_app.storage.s3_public import PublicS3Storage
from uploads_app.tests.factories import FileFactory, ready_rendition
from uploads_app.tests.moderation.cdn import Hook
from uploads_app.tests.publishing.copies import BUCKET, everybodys_bucket
from users.models import User


@pytest.fixture
def file(owner: User, settings: Any) -> UploadedFile:
    """With a copy of now, and one of before that is gone."""
    settings.VITRINE_S3_PUBLIC_URL = everybodys_bucket(need_s3())
    options = dict(settings.STORAGES["s3"]["OPTIONS"]) | {"bucket_name": BUCKET}
    backend = "uploads_app.storage.s3_public.PublicS3Storage"
    settings.STORAGES = settings.STORAGES | {"s3_public": {"BACKEND": backend, "OPTIONS": options}}
    settings.VITRINE_TIDY_EVERY = 3600
    storage(S3_RENDITIONS).mark()
    made = FileFactory.create(owner=owner)
    gig = GigFactory.create(owner=owner)
    GigImage.objects.create(gig=gig, file=made, position=7)
    ready_rendition(made, storage=S3_RENDITIONS)
    published_at = gig.published_at
    for moment in (published_at, None, published_at):
        Gig.objects.filter(pk=gig.pk).update(published_at=moment)
        sweep()
    assert sorted(PublicCopy.objects.values_list("state", flat=True)) == ["gone", "offered"]
    return made


@pytest.fixture
def hook(settings: Any) -> Iterator[Hook]:
    made = Hook()
    settings.VITRINE_CDN_PURGE_URL = made.url
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def down(file: UploadedFile, by: User) -> ModerationEvent:
    seen = Seen.of(UploadedFile.objects.get(pk=file.pk))
    return take_down(file_id=file.pk, by=by, seen=seen, reason="stolen")


def test_every_address_that_a_copy_ever_had_is_asked_for_and_told_to_the_cdn(
    file: UploadedFile, lead: User, hook: Hook
) -> None:
    addresses = {public_address(key) for key in PublicCopy.objects.values_list("key", flat=True)}
    assert {httpx.get(one, trust_env=False).status_code for one in addresses} == {200, 404}
    event = down(file, lead)
    prove(event.pk)

    evidence = ModerationEvent.objects.filter(action="evidence").latest("pk").evidence
    asked = {one["path"]: one["status"] for one in evidence["answers"] if one["path"] in addresses}
    assert asked == dict.fromkeys(addresses, 404)
    assert evidence["verdict"] == "all hidden"
    assert addresses <= set(hook.told[-1][1]["paths"])
    assert set(PublicCopy.objects.values_list("state", flat=True)) == {"gone"}


def test_while_a_copy_cannot_be_removed_nothing_is_proven(
    file: UploadedFile, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise StorageAway("away")

    event = down(file, lead)
    with monkeypatch.context() as patch, pytest.raises(Unavailable):
        patch.setattr(PublicS3Storage, "remove", away)
        prove(event.pk)
    assert not ModerationEvent.objects.filter(action="evidence").exists()
    prove(event.pk)
    assert ModerationEvent.objects.filter(action="evidence").count() == 1


def test_a_copy_is_not_gone_before_the_cdn_knows(file: UploadedFile, lead: User, hook: Hook) -> None:
    hook.statuses = [500]
    down(file, lead)
    sweep()
    assert PublicCopy.objects.filter(state="removing").count() == 1
    sweep()
    assert PublicCopy.objects.filter(state="removing").count() == 0
    told = [body["paths"] for _, body in hook.told]
    assert told[0] == told[1]
