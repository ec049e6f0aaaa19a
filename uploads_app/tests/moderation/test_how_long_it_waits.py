"""Operators are told how long somebody has waited for a decision, and not how old the picture is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from uploads_app.models import Appeal, ModerationEvent, Reason, Report, UploadedFile
from uploads_app.observing.state import _readings_of_ours
from uploads_app.services.moderation.appeal import appeal
from uploads_app.services.moderation.decide import Seen, approve, reject, undo
from uploads_app.services.moderation.history import lock
from uploads_app.services.moderation.withhold import withhold
from uploads_app.services.report import report
from uploads_app.tests.moderation.scenes import Scene
from users.models import User
from users.tests.factories import UserFactory

HOUR, DAY, YEAR = 3600, 24 * 3600, 365 * 24 * 3600


@pytest.fixture
def file(scene: Scene) -> UploadedFile:
    """A picture of last year that everybody sees."""
    UploadedFile.objects.update(uploaded_at=ago(YEAR))
    return UploadedFile.objects.get(pk=scene.used.pk)


def ago(seconds: float) -> object:
    return timezone.now() - timedelta(seconds=seconds)


def waits(rank: str) -> float:
    [found] = [one for one in _readings_of_ours() if one.name == "vitrine_moderation_oldest_seconds"]
    return {sample.labels["rank"]: sample.value for sample in found.samples}[rank]


def complain(file: UploadedFile, at: object | None = None) -> None:
    person = UserFactory.create()
    report(person=person, file_id=file.pk, reason=Reason.STOLEN)
    if at is not None:
        Report.objects.filter(reporter=person).update(created_at=at)


def seen(file: UploadedFile) -> Seen:
    return Seen.of(UploadedFile.objects.get(pk=file.pk))


def test_a_reported_picture_waits_since_the_first_report(file: UploadedFile) -> None:
    complain(file)
    assert waits("reported") < HOUR
    complain(file, ago(2 * DAY))
    assert 2 * DAY <= waits("reported") < 3 * DAY


def test_reports_that_were_answered_do_not_count(file: UploadedFile, moderator: User) -> None:
    complain(file, ago(9 * DAY))
    approve(file_id=file.pk, by=moderator, seen=seen(file))
    assert waits("reported") == 0
    complain(file)
    assert waits("reported") < HOUR


def test_reports_wait_again_once_the_answer_is_taken_back(file: UploadedFile, moderator: User) -> None:
    complain(file, ago(9 * DAY))
    approve(file_id=file.pk, by=moderator, seen=seen(file))
    undo(file_id=file.pk, by=moderator)
    assert 9 * DAY <= waits("reported") < 10 * DAY


def test_an_appeal_waits_since_it_was_made(file: UploadedFile, owner: User, moderator: User) -> None:
    reject(file_id=file.pk, by=moderator, seen=seen(file), reason="stolen")
    appeal(owner=owner, file_id=file.pk, text="It is mine.")
    assert waits("appeal") < HOUR
    Appeal.objects.update(created_at=ago(2 * DAY))
    assert 2 * DAY <= waits("appeal") < 3 * DAY


def test_what_was_hidden_waits_since_then(file: UploadedFile) -> None:
    held = lock(file.pk)
    assert held
    withhold(held, UploadedFile.Withheld.REPORTS)
    assert waits("withheld") < HOUR
    assert ModerationEvent.objects.filter(action="withhold").count() == 1


def test_a_new_picture_waits_since_its_upload(file: UploadedFile) -> None:
    assert YEAR <= waits("plain") < YEAR + HOUR
