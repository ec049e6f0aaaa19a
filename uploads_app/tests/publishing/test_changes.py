"""What is done through the site is noted: its public copies follow in the next round, without a look at all files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from gigs.models import Gig
from gigs.services.attach_image import attach_image
from gigs.services.publish import publish
from gigs.services.set_images import set_images
from gigs.services.unpublish import unpublish
from gigs.tests.factories import GigFactory
from uploads_app.models import PublicCopy, PublicityChange, Rendition, UploadedFile
from uploads_app.services.publishing.changes import look_again
from uploads_app.services.publishing.sweep import sweep
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import S3_RENDITIONS
from uploads_app.storage.s3_public import PublicS3Storage
from uploads_app.tests.factories import FileFactory, ready_rendition
from uploads_app.tests.publishing.copies import states
from users.models import User
from users.services.profile import update_profile
from users.services.profile_image import set_profile_image


def test_what_becomes_public_is_copied(owner: User, file: UploadedFile, notes_alone: None) -> None:
    ready_rendition(file, storage=S3_RENDITIONS)
    gig = GigFactory.create(owner=owner, published=False, pictures=0)
    attach_image(gig=gig, file=file)
    sweep()
    assert states() == []
    publish(gig=gig)
    sweep()
    assert states() == ["offered"]


def test_a_picture_that_is_put_into_a_published_gig_is_copied(
    row: Rendition, owner: User, gig: Gig, notes_alone: None
) -> None:
    other = FileFactory.create(owner=owner)
    ready_rendition(other, storage=S3_RENDITIONS)
    set_images(gig=gig, file_ids=[other.pk])
    sweep()
    assert list(PublicCopy.objects.values_list("file", "state")) == [(other.pk, "offered")]


def test_the_picture_of_a_profile_comes_and_goes_with_it(
    owner: User, file: UploadedFile, notes_alone: None
) -> None:
    ready_rendition(file, storage=S3_RENDITIONS)
    found = []
    changes: tuple[Callable[[], object], ...] = (
        lambda: set_profile_image(owner, file.pk),
        lambda: update_profile(owner, {"is_public": False}),
        lambda: update_profile(owner, {"is_public": True}),
        lambda: set_profile_image(owner, None),
    )
    for change in changes:
        change()
        sweep()
        found.append(states()[-1])
    assert found == ["offered", "gone", "offered", "gone"]


def test_a_note_is_kept_until_the_copies_follow(
    copy: PublicCopy, gig: Gig, notes_alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise StorageAway("away")

    unpublish(gig=gig)
    with monkeypatch.context() as patch:
        patch.setattr(PublicS3Storage, "remove", away)
        sweep()
    assert PublicityChange.objects.exists()
    sweep()
    assert (states(), PublicityChange.objects.exists()) == (["gone"], False)


def test_a_note_goes_with_the_change_that_it_is_of(file: UploadedFile) -> None:
    with transaction.atomic():
        look_again([file.pk])
        transaction.set_rollback(True)
    assert not PublicityChange.objects.exists()


def test_a_round_asks_as_much_however_much_is_public(copy: PublicCopy, gig: Gig, settings: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            sweep()
        return len(seen)

    sweep()
    few = queries()
    for number in range(8):
        file = FileFactory.create(owner=gig.owner)
        gig.images.create(file=file, position=20 + number)
        ready_rendition(file, storage=S3_RENDITIONS)
    sweep()
    assert states() == ["offered"] * 9
    assert queries() == few
