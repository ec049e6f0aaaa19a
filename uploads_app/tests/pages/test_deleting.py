"""Deleting several files at once: asked first, one's own alone, each for itself."""

import uuid
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gigs.models import GigImage
from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from uploads_app.services import delete_many
from uploads_app.services.delete import delete_file
from uploads_app.tests.factories import FileFactory, store_bytes
from users.models import User

pytestmark = pytest.mark.django_db
READY = UploadedFile.Lifecycle.READY


def is_there(file: UploadedFile) -> bool:
    return UploadedFile.objects.filter(pk=file.pk, lifecycle=READY).exists()


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_before_anything_is_deleted_the_files_and_their_uses_are_named(page: Client, owner: User) -> None:
    gig = GigFactory.create(owner=owner, title="Portraits")
    used, free = gig.images.get().file, FileFactory.create(owner=owner, original_filename="free.jpg")
    text = page.get("/files/delete", {"file": [str(used.pk), str(free.pk)]}).text
    for words in (used.original_filename, "free.jpg", "Portraits", "Not in use", "Delete these 2 pictures?"):
        assert words in text
    assert is_there(used)
    assert is_there(free)


def test_the_question_asks_about_ones_own_files_alone(page: Client, owner: User, stranger: User) -> None:
    own = FileFactory.create(owner=owner)
    foreign = FileFactory.create(owner=stranger, original_filename="foreign.jpg")
    asked = [str(own.pk), str(foreign.pk), str(uuid.uuid4()), "no-id"]
    text = page.get("/files/delete", {"file": asked}).text
    assert "Delete this picture?" in text
    assert "foreign.jpg" not in text
    assert str(foreign.pk) not in text


def test_what_was_chosen_goes_and_leaves_where_it_was_in_use(page: Client, owner: User) -> None:
    gig = GigFactory.create(owner=owner)
    used, free, kept = gig.images.get().file, *FileFactory.create_batch(2, owner=owner)
    paths = [store_bytes(file) for file in (used, free, kept)]
    answer = page.post("/files/delete", {"file": [used.pk, free.pk], "next": "/files/?category=gig"})
    assert answer["Location"] == "/files/?category=gig"
    assert said(answer) == ["2 pictures deleted."]
    assert [is_there(file) for file in (used, free, kept)] == [False, False, True]
    assert [path.exists() for path in paths] == [False, False, True]
    assert not GigImage.objects.exists()


def test_a_forged_form_deletes_nothing_of_others(page: Client, owner: User, stranger: User) -> None:
    own, foreign = FileFactory.create(owner=owner), FileFactory.create(owner=stranger)
    answer = page.post("/files/delete", {"file": [foreign.pk, own.pk, uuid.uuid4(), "no-id"]})
    assert is_there(foreign)
    assert not is_there(own)
    assert said(answer) == ["1 picture deleted.", "Of what you chose, something was not there any more."]


def test_staff_delete_no_files_of_others_here(browse: Any, staff: User, owner: User) -> None:
    file = FileFactory.create(owner=owner)
    browse(staff).post("/files/delete", {"file": [file.pk]})
    assert is_there(file)


def test_one_that_cannot_go_is_named_and_keeps_no_other_back(
    page: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = FileFactory.create(owner=owner, original_filename="stuck.jpg")
    others = FileFactory.create_batch(3, owner=owner)

    def delete(file: UploadedFile) -> None:
        if file.pk == stuck.pk:
            raise OperationalError
        delete_file(file)

    monkeypatch.setattr(delete_many, "delete_file", delete)
    answer = page.post("/files/delete", {"file": [file.pk for file in (stuck, *others)]})
    assert said(answer) == [
        "3 pictures deleted.",
        "stuck.jpg could not be deleted. Try again in a moment.",
    ]
    assert is_there(stuck)
    assert not any(map(is_there, others))


def test_sent_twice_it_deletes_once(page: Client, owner: User) -> None:
    file = FileFactory.create(owner=owner)
    page.post("/files/delete", {"file": [file.pk]})
    answer = page.post("/files/delete", {"file": [file.pk]})
    assert said(answer)[-1] == "Of what you chose, something was not there any more."


@pytest.mark.parametrize("method", ["get", "post"])
def test_where_nothing_was_chosen_that_is_said(page: Client, method: str) -> None:
    answer = getattr(page, method)("/files/delete")
    assert (answer.status_code, answer["Location"]) == (302, "/files/")
    assert said(answer) == ["Choose one or more pictures first."]


def test_nobody_is_sent_to_another_site(page: Client) -> None:
    assert page.post("/files/delete", {"next": "https://evil.example/"})["Location"] == "/files/"


def test_the_question_takes_the_same_few_queries_for_many_files_as_for_two(page: Client, owner: User) -> None:
    counts = []
    for number in (2, 20):
        files = [str(GigFactory.create(owner=owner).images.get().file_id) for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            page.get("/files/delete", {"file": files})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
