"""Pictures for general use by a plain form."""

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from uploads_app.models import UploadedFile
from uploads_app.tests.image_factories import jpeg_bytes
from users.models import User

pytestmark = pytest.mark.django_db


def picture(name: str, data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data if data is not None else jpeg_bytes((80, 60)), "image/jpeg")


def test_good_pictures_are_kept_and_bad_ones_named_with_the_reason(page: Client, owner: User) -> None:
    sent = [picture("one.jpg"), picture("text.jpg", b"no picture"), picture("two.jpg")]
    answer = page.post("/files/pictures", {"file": sent})
    assert (answer.status_code, answer["Location"]) == (302, "/files/")
    kept = UploadedFile.objects.filter(owner=owner, lifecycle="ready", category="general")
    assert sorted(kept.values_list("original_filename", flat=True)) == ["one.jpg", "two.jpg"]
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert "text.jpg: Only JPEG, PNG and WebP pictures are accepted." in told
    assert "2 pictures added." in told


def test_who_sends_too_many_at_a_time_is_told_how_many_are_taken(page: Client) -> None:
    answer = page.post("/files/pictures", {"file": [picture(f"{n}.jpg", b"x") for n in range(11)]})
    assert answer.status_code == 400
    assert "At most 10 files are taken at a time." in answer.text


def test_a_visitor_keeps_nothing_here() -> None:
    assert Client().post("/files/pictures", {"file": picture("one.jpg")}).status_code == 302
    assert not UploadedFile.objects.exists()


def test_a_form_without_its_token_keeps_nothing(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.post("/files/pictures", {"file": picture("one.jpg")}).status_code == 403
    assert not UploadedFile.objects.exists()
