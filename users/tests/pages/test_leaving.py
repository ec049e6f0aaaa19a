"""Taking one's things along, and ending one's account by a page."""

import io
import json
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, store_bytes
from uploads_app.tests.stored import failing
from users.models import Session, User
from users.tests.factories import PASSWORD
from users.tests.pages.conftest import SignIn


def test_all_that_is_ones_own_comes_as_a_zip(page: Client, owner: User, stranger: User) -> None:
    file = FileFactory.create(owner=owner)
    store_bytes(file)
    FileFactory.create(owner=stranger)
    answer = page.post("/account/export")
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="vitrine-owner.zip"'
    assert "no-store" in answer["Cache-Control"]
    archive = ZipFile(io.BytesIO(answer.getvalue()))
    described = json.loads(archive.read("metadata.json"))
    assert [one["file_id"] for one in described["files"]] == [str(file.pk)]
    assert archive.read(f"files/{file.pk}.jpg")


def test_downloads_are_counted_with_those_of_the_api(page: Client, settings: Any) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1
    settings.VITRINE_THROTTLE_RATES = {**settings.VITRINE_THROTTLE_RATES, "export": "2/hour"}
    assert page.post("/account/export").status_code == 200
    assert page.get("/api/users/me/export").status_code == 200
    assert page.post("/account/export").status_code == 429


def test_a_storage_that_is_away_is_a_page_and_no_broken_zip(page: Client, owner: User) -> None:
    FileFactory.create(owner=owner)
    with failing("open_stored"):
        answer = page.post("/account/export")
    assert answer.status_code == 503
    assert "Not right now" in answer.text


def test_the_page_says_what_goes(page: Client, owner: User) -> None:
    FileFactory.create_batch(3, owner=owner, file_size=1024)
    text = page.get("/account/delete").text
    assert "<strong>owner</strong>" in text
    assert "3 pictures of yours, 3.0\xa0KB in all" in text


def test_with_the_password_everything_goes_and_one_is_told_goodbye(
    page: Client, browse: SignIn, owner: User
) -> None:
    elsewhere = browse(owner)
    file = FileFactory.create(owner=owner)
    stored = store_bytes(file)
    answer = page.post("/account/delete", {"password": PASSWORD}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "Your account is gone" in answer.text
    assert "Signed in as" not in answer.text
    assert not User.objects.filter(username="owner").exists()
    assert not Session.objects.exists()
    assert not stored.exists()
    assert elsewhere.get("/account/").status_code == 302


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), f" {PASSWORD}"])
def test_without_the_password_nothing_goes(page: Client, owner: User, password: str) -> None:
    FileFactory.create(owner=owner)
    answer = page.post("/account/delete", {"password": password})
    assert answer.status_code == 400
    assert answer.context["form"].errors["password"]
    assert User.objects.filter(pk=owner.pk).exists()
    assert UploadedFile.objects.filter(lifecycle="ready").count() == 1


def test_the_password_cannot_be_guessed_here_either(page: Client, owner: User, settings: Any) -> None:
    settings.VITRINE_LOGIN_FAILURES = 3
    for n in range(3):
        assert page.post("/account/delete", {"password": f"x{n}"}).status_code == 400
    assert page.post("/account/delete", {"password": PASSWORD}).status_code == 429
    assert User.objects.filter(pk=owner.pk).exists()
