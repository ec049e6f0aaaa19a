"""Reporting a picture by a form: who may, what is kept, and where it leads."""

from collections.abc import Callable

import pytest
from django.test import Client

from gigs.tests.factories import GigFactory
from uploads_app.models import Report, UploadedFile
from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db
Browse = Callable[[User | None], Client]


@pytest.fixture
def file(owner: User) -> UploadedFile:
    """A picture that everybody sees."""
    shown: UploadedFile = GigFactory.create(owner=owner).images.get().file
    return shown


def address(file: UploadedFile) -> str:
    return f"/files/{file.pk}/report"


def test_a_report_is_kept_and_leads_back(browse: Browse, stranger: User, file: UploadedFile) -> None:
    client = browse(stranger)
    assert b'name="next" value="/gigs/1-x/"' in client.get(f"{address(file)}?next=/gigs/1-x/").content

    answer = client.post(
        address(file), {"reason": "stolen", "detail": "Mine,\r\nreally", "next": "/"}, follow=True
    )

    assert answer.redirect_chain == [("/", 302)]
    assert "Staff will look at this picture" in answer.content.decode()
    report = Report.objects.get()
    assert (report.reporter, report.reason, report.detail) == (stranger, "stolen", "Mine,\nreally")


def test_a_visitor_logs_in_first_and_comes_back(browse: Browse, file: UploadedFile) -> None:
    for answer in (browse(None).get(address(file)), browse(None).post(address(file), {"reason": "spam"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login?next=/files/")
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "body",
    [{}, {"reason": "dislike"}, {"reason": "spam", "detail": "x" * 1001}, {"reason": "spam", "detail": "\0"}],
)
def test_a_form_that_is_not_right_is_shown_again(
    browse: Browse, stranger: User, file: UploadedFile, body: dict[str, str]
) -> None:
    answer = browse(stranger).post(address(file), body)

    assert answer.status_code == 400
    assert b"errorlist" in answer.content
    assert not Report.objects.exists()


def test_one_s_own_picture_is_not_reported(browse: Browse, owner: User, file: UploadedFile) -> None:
    answer = browse(owner).post(address(file), {"reason": "spam"})

    assert answer.status_code == 400
    assert b"This file is your own" in answer.content


def test_a_picture_that_one_does_not_see_is_not_there(browse: Browse, owner: User, stranger: User) -> None:
    hidden = FileFactory.create(owner=owner)

    assert browse(stranger).get(address(hidden)).status_code == 404
    assert browse(stranger).post(address(hidden), {"reason": "spam"}).status_code == 404


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_never_leads_to_another_site(
    browse: Browse, stranger: User, file: UploadedFile, next_: str
) -> None:
    answer = browse(stranger).post(address(file), {"reason": "spam", "next": next_})

    assert answer["Location"] == "/"


def test_a_form_without_its_token_is_refused(stranger: User, file: UploadedFile) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(stranger)

    assert client.post(address(file), {"reason": "spam"}).status_code == 403
    assert not Report.objects.exists()
