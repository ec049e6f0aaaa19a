"""The picture of oneself: sent by a form, chosen, taken away."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.image_factories import jpeg_bytes, png_bytes
from users.models import Profile, User


def photo(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("me.jpg", jpeg_bytes((64, 48)) if data is None else data, "image/jpeg")


def shown(user: User) -> UploadedFile | None:
    return Profile.objects.select_related("image").get(user=user).image


def test_a_picture_that_is_sent_is_shown_from_then_on(page: Client, owner: User) -> None:
    answer = page.post("/account/pictures", {"file": photo()}, follow=True)
    assert answer.redirect_chain == [("/account/picture", 302)]
    assert "Your picture is changed." in answer.text
    image = shown(owner)
    assert image is not None
    assert (image.owner, image.category, image.original_filename) == (owner, "profile", "me.jpg")


@pytest.mark.parametrize("data", [b"GIF89a no picture", b"<svg></svg>", png_bytes((32, 32))[:60]])
def test_why_one_is_refused_stands_at_its_field_and_the_old_one_stays(
    page: Client, owner: User, data: bytes
) -> None:
    before = FileFactory.create(owner=owner, category="profile")
    Profile.objects.filter(user=owner).update(image=before)
    answer = page.post("/account/pictures", {"file": photo(data)})
    assert answer.status_code == 400
    assert answer.context["refusal"] in answer.text
    assert 'aria-describedby="id_file_help id_file_error" aria-invalid="true"' in answer.text
    assert shown(owner) == before


def test_a_full_storage_is_told_at_the_field(page: Client, owner: User, settings: Any) -> None:
    settings.VITRINE_QUOTA_BYTES = 10
    answer = page.post("/account/pictures", {"file": photo()})
    assert answer.status_code == 400
    assert "Your storage is full." in answer.text
    assert not UploadedFile.objects.filter(lifecycle="ready").exists()


def test_a_form_without_a_picture_says_so(page: Client, owner: User) -> None:
    for data in ({}, {"file": "words"}, {"file": [photo(), photo()]}):
        answer = page.post("/account/pictures", data)
        assert answer.status_code == 400
        assert "Choose a picture first." in answer.text
    assert shown(owner) is None


def test_a_picture_that_is_too_large_is_a_page_that_says_so(page: Client, owner: User, settings: Any) -> None:
    settings.VITRINE_MAX_FILE_SIZE = 1000
    answer = page.post("/account/pictures", {"file": photo(b"x" * 1001)})
    assert answer.status_code == 413
    assert "The file is larger than 1000 bytes." in answer.text


def test_one_of_ones_profile_pictures_is_chosen(page: Client, owner: User) -> None:
    file = FileFactory.create(owner=owner, category="profile")
    assert f'name="file_id" value="{file.pk}"' in page.get("/account/picture").text
    assert page.post("/account/picture", {"file_id": str(file.pk)}).status_code == 302
    assert shown(owner) == file
    assert f'value="{file.pk}" aria-current="true"' in page.get("/account/picture").text


def test_nobody_shows_a_picture_of_somebody_else(page: Client, owner: User, stranger: User) -> None:
    theirs = FileFactory.create(owner=stranger, category="profile")
    absent = "00000000-0000-4000-8000-000000000000"
    for file_id in (str(theirs.pk), absent):
        assert page.post("/account/picture", {"file_id": file_id}).status_code == 404
    assert str(theirs.pk) not in page.get("/account/picture").text
    assert shown(owner) is None


def test_a_rejected_picture_is_not_shown(page: Client, owner: User) -> None:
    file = FileFactory.create(owner=owner, category="profile", moderation="rejected")
    assert page.post("/account/picture", {"file_id": str(file.pk)}).status_code == 409
    assert shown(owner) is None


@pytest.mark.parametrize("file_id", ["", "x", "../../etc"])
def test_what_is_no_file_changes_nothing(page: Client, owner: User, file_id: str) -> None:
    file = FileFactory.create(owner=owner, category="profile")
    Profile.objects.filter(user=owner).update(image=file)
    assert page.post("/account/picture", {"file_id": file_id}).status_code == 400
    assert shown(owner) == file


def test_a_picture_is_taken_off_and_stays_a_file(page: Client, owner: User) -> None:
    file = FileFactory.create(owner=owner, category="profile")
    Profile.objects.filter(user=owner).update(image=file)
    answer = page.post("/account/picture/remove", follow=True)
    assert "taken off your profile" in answer.text
    assert shown(owner) is None
    assert UploadedFile.objects.get(pk=file.pk).is_active


def test_older_pictures_are_on_further_pages(page: Client, owner: User) -> None:
    FileFactory.create_batch(30, owner=owner, category="profile")
    first = page.get("/account/picture")
    second = page.get(first.context["next"])
    ids = [{file.pk for file in one.context["files"]} for one in (first, second)]
    assert [len(part) for part in ids] == [24, 6]
    assert not ids[0] & ids[1]
    assert second.context["next"] is None
    assert page.get("/account/picture?cursor=nonsense").status_code == 400
