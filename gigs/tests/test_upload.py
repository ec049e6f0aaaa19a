"""Uploading a picture right into a gig."""

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from gigs.models import Gig, GigImage
from gigs.services.attach_image import attach_image
from gigs.tests.factories import GigFactory
from uploads_app.models import StorageUsage, UploadedFile
from users.models import User

pytestmark = pytest.mark.django_db

ClientFor = Callable[[User], APIClient]
PATH = "/api/upload/gig"


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 150)).save(out, "JPEG")
    return SimpleUploadedFile("vase.jpg", out.getvalue(), "image/jpeg")


def post(client: APIClient, **fields: Any) -> Any:
    return client.post(PATH, {"file": picture(), **fields}, format="multipart")


def test_without_a_gig_it_is_just_a_file(owner: User, signed_in: ClientFor) -> None:
    response = post(signed_in(owner), alt_text="A vase")

    file = UploadedFile.objects.get()
    assert response.status_code == 201
    assert (file.category, file.alt_text, file.owner_id) == ("gig", "A vase", owner.pk)
    assert not GigImage.objects.exists()


def test_with_a_gig_it_is_put_at_its_end(owner: User, signed_in: ClientFor) -> None:
    gig = GigFactory.create(owner=owner, pictures=2)
    client = signed_in(owner)

    one = post(client, gig_id=gig.pk).json()["file_id"]
    two = post(client, gig_id=gig.pk).json()["file_id"]

    shown = client.get(f"/api/upload/gig-images/{gig.pk}").json()["images"]
    assert [image["file_id"] for image in shown][2:] == [one, two]


@pytest.mark.parametrize("gig_id", ["0", "-1", "x", "1.5", str(2**63), "9" * 400, "1 or 1=1"])
def test_a_malformed_gig_is_invalid_and_nothing_is_kept(
    owner: User, signed_in: ClientFor, gig_id: str
) -> None:
    response = post(signed_in(owner), gig_id=gig_id)

    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "gig_id")
    assert not UploadedFile.objects.exists()


def test_into_a_strangers_draft_or_nowhere_is_not_found(
    owner: User, stranger: User, signed_in: ClientFor
) -> None:
    draft = GigFactory.create(owner=stranger, published=False, pictures=0)

    hidden, absent = post(signed_in(owner), gig_id=draft.pk), post(signed_in(owner), gig_id=draft.pk + 9)

    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content
    assert not UploadedFile.objects.exists()


def test_into_a_strangers_published_gig_is_denied(owner: User, stranger: User, signed_in: ClientFor) -> None:
    gig = GigFactory.create(owner=stranger)

    assert post(signed_in(owner), gig_id=gig.pk).status_code == 403
    assert gig.images.count() == 1
    assert not UploadedFile.objects.filter(owner=owner).exists()


def test_a_full_gig_takes_no_more(owner: User, signed_in: ClientFor, settings: Any) -> None:
    settings.VITRINE_MAX_IMAGES_PER_GIG = 1
    gig = GigFactory.create(owner=owner)

    response = post(signed_in(owner), gig_id=gig.pk)

    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert UploadedFile.objects.count() == 1


@pytest.mark.parametrize("change", ["deleted", "filled"])
def test_a_gig_that_changes_during_the_upload_undoes_it_whole(
    owner: User, signed_in: ClientFor, settings: Any, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """The first check passes; the second one, under the lock, does not."""
    settings.VITRINE_MAX_IMAGES_PER_GIG = 1
    gig = GigFactory.create(owner=owner, pictures=0)

    def meanwhile(**kwargs: Any) -> None:
        if change == "deleted":
            Gig.objects.all().delete()
        else:
            settings.VITRINE_MAX_IMAGES_PER_GIG = 0
        attach_image(**kwargs)

    monkeypatch.setattr("gigs.services.attach_image.attach_image", meanwhile)
    response = post(signed_in(owner), gig_id=gig.pk)

    assert response.status_code == {"deleted": 404, "filled": 409}[change]
    assert not UploadedFile.objects.filter(lifecycle="ready").exists()
    usage = StorageUsage.objects.get(owner=owner)
    assert (usage.files, usage.bytes) == (0, 0)


def test_a_repeated_upload_attaches_once(owner: User, signed_in: ClientFor, settings: Any) -> None:
    settings.VITRINE_MAX_IMAGES_PER_GIG = (
        1  # the first fills the gig; its repetition is answered all the same
    )
    gig = GigFactory.create(owner=owner, pictures=0)
    client, key = signed_in(owner), str(uuid.uuid4())

    answers = [
        client.post(
            PATH, {"file": picture(), "gig_id": gig.pk}, format="multipart", headers={"Idempotency-Key": key}
        )
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert gig.images.count() == 1
