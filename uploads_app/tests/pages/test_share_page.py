"""Links to share, by a plain form."""

import re

import pytest
from django.test import Client

from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, store_bytes
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(owner: User) -> UploadedFile:
    file = FileFactory.create(owner=owner)
    store_bytes(file)
    return file


def test_a_link_opens_the_picture_for_whoever_has_it(page: Client, file: UploadedFile) -> None:
    answer = page.post(f"/files/{file.pk}/share", {"expires_in": "3600"})
    url = re.search(r'id="shared-link" type="url" readonly value="([^"]+)"', answer.text)
    assert url
    assert url[1].startswith(f"http://testserver/api/upload/{file.pk}?share=")
    assert Client().get(url[1]).status_code == 200
    assert Client().get(f"/api/upload/{file.pk}").status_code == 401
    assert "It ends <time" in answer.text
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("seconds", ["", "0", "60", "31536000", "soon"])
def test_a_time_that_is_not_offered_makes_no_link(page: Client, file: UploadedFile, seconds: str) -> None:
    answer = page.post(f"/files/{file.pk}/share", {"expires_in": seconds})
    assert answer.status_code == 400
    assert "?share=" not in answer.text
    assert 'id="id_expires_in_error"' in answer.text


def test_no_link_is_shown_before_one_is_made(page: Client, file: UploadedFile) -> None:
    text = page.get(f"/files/{file.pk}/").text
    assert '<div class="stack tight" data-shared role="status" hidden>' in text
    assert "?share=" not in text


def test_a_rejected_picture_offers_no_link(page: Client, file: UploadedFile) -> None:
    UploadedFile.objects.update(moderation="rejected")
    assert "Make a link" not in page.get(f"/files/{file.pk}/").text
