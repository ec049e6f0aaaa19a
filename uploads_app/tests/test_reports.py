"""Reports of pictures: by whoever sees them, once, and never shown to anybody but staff."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from rest_framework.test import APIClient

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from uploads_app.errors import NotAuthenticated
from uploads_app.models import Reason, Report, UploadedFile
from uploads_app.services import report as service
from uploads_app.services.access import visible_file
from uploads_app.services.delete import delete_file
from uploads_app.services.report import report
from uploads_app.tests.factories import FileFactory
from users.models import User
from users.services.deletion import delete_account
from users.tests.factories import UserFactory

SignIn = Callable[[User], APIClient]
BODY = {"reason": "stolen", "detail": "It is mine.\nSee my page."}


@pytest.fixture
def gig(owner: User) -> Gig:
    return GigFactory.create(owner=owner)


@pytest.fixture
def file(gig: Gig) -> UploadedFile:
    """A picture of the owner's that everybody sees."""
    return gig.images.get().file


def url(file: UploadedFile) -> str:
    return f"/api/upload/{file.pk}/report"


def test_who_sees_a_picture_reports_it(file: UploadedFile, stranger: User, signed_in: SignIn) -> None:
    answer = signed_in(stranger).post(url(file), BODY)

    assert (answer.status_code, answer.content) == (202, b"")
    kept = Report.objects.get()
    assert (kept.file, kept.reporter, kept.reason, kept.detail) == (file, stranger, *BODY.values())


@pytest.mark.parametrize("reason", ["nudity", "violence", "hate", "stolen", "spam", "other"])
def test_a_reason_is_enough(file: UploadedFile, stranger: User, signed_in: SignIn, reason: str) -> None:
    assert signed_in(stranger).post(url(file), {"reason": reason}).status_code == 202
    assert Report.objects.values_list("reason", "detail").get() == (reason, "")


def test_a_second_report_by_the_same_person_changes_nothing(
    file: UploadedFile, stranger: User, staff: User, signed_in: SignIn
) -> None:
    client = signed_in(stranger)
    assert client.post(url(file), BODY).status_code == 202
    before = Report.objects.values().get()

    assert client.post(url(file), {"reason": "spam", "detail": "Other words"}).status_code == 202

    assert Report.objects.values().get() == before
    assert signed_in(staff).post(url(file), BODY).status_code == 202
    assert Report.objects.count() == 2


def test_ones_own_picture_is_refused(file: UploadedFile, owner: User, signed_in: SignIn) -> None:
    answer = signed_in(owner).post(url(file), BODY)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == ["file_id"]
    assert not Report.objects.exists()


def test_a_picture_that_one_cannot_see_answers_like_one_that_never_was(
    owner: User, stranger: User, visitor: APIClient, signed_in: SignIn
) -> None:
    private = FileFactory.create(owner=owner)
    for client, status in ((signed_in(stranger), 404), (visitor, 401)):
        for body in (BODY, {"reason": "?"}):
            hidden = client.post(url(private), body)
            absent = client.post(f"/api/upload/{uuid4()}/report", body)
            assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
        assert client.post(url(private), BODY).status_code == status
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason"), ({"reason": ""}, "reason"), ({"reason": None}, "reason"),
        ({"reason": "ugly"}, "reason"),
        ({"reason": "NUDITY"}, "reason"), ({"reason": ["spam"]}, "reason"),
        ({"reason": "spam", "detail": "x" * 1001}, "detail"), ({"reason": "spam", "detail": None}, "detail"),
        ({"reason": "spam", "detail": "a\u0000b"}, "detail"), ({"reason": "spam", "detail": 5}, "detail"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(
    file: UploadedFile, stranger: User, signed_in: SignIn, body: dict[str, Any], field: str
) -> None:
    answer = signed_in(stranger).post(url(file), body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Report.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_reports_can_only_be_made(file: UploadedFile, staff: User, signed_in: SignIn, method: str) -> None:
    assert getattr(signed_in(staff), method)(url(file), BODY).status_code == 405


def test_the_owner_learns_nothing_of_it(
    file: UploadedFile, gig: Gig, owner: User, stranger: User, signed_in: SignIn
) -> None:
    paths = (f"/api/upload/{file.pk}/metadata", "/api/upload/my-files", f"/api/gigs/{gig.pk}")
    client = signed_in(owner)
    before = [client.get(path).content for path in paths]

    report(person=stranger, file_id=file.pk, reason=Reason.HATE, detail="Telling words")

    assert [client.get(path).content for path in paths] == before


def test_reports_are_counted_in_a_limit_of_their_own(
    file: UploadedFile, stranger: User, signed_in: SignIn, settings: Any
) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1.0
    settings.VITRINE_THROTTLE_RATES = settings.VITRINE_THROTTLE_RATES | {"report": "2/hour"}
    client = signed_in(stranger)
    assert [client.post(url(file), BODY).status_code for _ in range(3)] == [202, 202, 429]
    assert client.patch("/api/users/me", {"headline": "x"}).status_code == 200


def test_a_reported_file_is_deleted_as_any_other(file: UploadedFile, stranger: User) -> None:
    report(person=stranger, file_id=file.pk, reason=Reason.SPAM)

    delete_file(file)

    file.refresh_from_db()
    assert file.lifecycle == "purged"
    assert Report.objects.get().file == file


def test_an_account_takes_its_reports_along_and_leaves_those_of_others(
    file: UploadedFile, owner: User, stranger: User, staff: User
) -> None:
    for person in (stranger, staff):
        report(person=person, file_id=file.pk, reason=Reason.SPAM)

    delete_account(stranger)
    assert Report.objects.get().reporter == staff
    delete_account(owner)
    assert Report.objects.get().file.lifecycle == "purged"


@pytest.mark.django_db(transaction=True)
def test_reports_by_one_person_at_once_make_one_row() -> None:
    file = GigFactory.create().images.get().file
    person = UserFactory.create()

    def say(reason: str) -> None:
        try:
            report(person=person, file_id=file.pk, reason=Reason(reason))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(say, Reason.values))

    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_account_that_ends_meanwhile_reports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    file = GigFactory.create().images.get().file
    person = UserFactory.create()

    def ends_right_after(*args: Any) -> UploadedFile:
        found = visible_file(*args)
        delete_account(User.objects.get(pk=person.pk))
        return found

    monkeypatch.setattr(service, "visible_file", ends_right_after)
    with pytest.raises(NotAuthenticated):
        report(person=person, file_id=file.pk, reason=Reason.SPAM)
    assert not Report.objects.exists()
