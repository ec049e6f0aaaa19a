"""Enough people's reports hide a file until staff have looked; never less, never more, and never for good."""

import io
import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from rest_framework.test import APIClient

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from uploads_app.errors import Conflict, NotFound
from uploads_app.models import ModerationEvent, Reason, Report, UploadedFile
from uploads_app.services.moderation.decide import Seen, approve, reject
from uploads_app.services.report import report
from uploads_app.tests.factories import store_bytes
from users.models import User
from users.services.export import export
from users.tests.factories import UserFactory

SignIn = Callable[[User], APIClient]


@pytest.fixture
def gig(owner: User) -> Gig:
    gig = GigFactory.create(owner=owner)
    store_bytes(gig.images.get().file)
    return gig


@pytest.fixture
def file(gig: Gig) -> UploadedFile:
    file: UploadedFile = gig.images.get().file
    UploadedFile.objects.filter(pk=file.pk).update(moderation="unreviewed")
    return file


def fresh(file: UploadedFile) -> UploadedFile:
    return UploadedFile.objects.get(pk=file.pk)


def crowd(count: int) -> list[User]:
    return UserFactory.create_batch(count)


def say(file: UploadedFile, people: list[User]) -> None:
    for person in people:
        report(person=person, file_id=file.pk, reason=Reason.SPAM, detail="Telling words")


def is_seen(file: UploadedFile, gig: Gig) -> bool:
    """By a visitor: the bytes and the page say the same."""
    client = Client()
    found = client.get(file.get_absolute_url()).status_code == 200
    assert (str(file.pk) in client.get(gig.get_absolute_url()).content.decode()) == found
    return found


@pytest.mark.parametrize("enough", [1, 3, 5])
def test_one_less_than_enough_hides_nothing_and_enough_hides_at_once(
    file: UploadedFile, gig: Gig, settings: Any, enough: int
) -> None:
    settings.VITRINE_REPORTS_TO_HIDE = enough
    people = crowd(enough)
    say(file, people[:-1])
    assert is_seen(file, gig)
    assert fresh(file).reports_open == enough - 1
    say(file, people[-1:])

    assert not is_seen(file, gig)
    now = fresh(file)
    assert (now.withheld, now.moderation, now.lifecycle) == ("reports", "unreviewed", "ready")
    assert now.queue_rank == UploadedFile.QueueRank.WITHHELD
    assert ModerationEvent.objects.get().action == "withhold"
    assert ModerationEvent.objects.get().actor is None


def test_zero_never_hides(file: UploadedFile, gig: Gig, settings: Any) -> None:
    settings.VITRINE_REPORTS_TO_HIDE = 0
    say(file, crowd(6))
    assert is_seen(file, gig)
    assert (fresh(file).reports_open, fresh(file).queue_rank) == (6, UploadedFile.QueueRank.REPORTED)


def test_one_person_counts_once(file: UploadedFile, gig: Gig, stranger: User, settings: Any) -> None:
    settings.VITRINE_REPORTS_TO_HIDE = 2
    say(file, [stranger] * 5)
    assert is_seen(file, gig)
    assert fresh(file).reports_open == 1


def test_approved_it_is_shown_and_the_same_people_hide_it_no_more_but_new_ones_can(
    file: UploadedFile, gig: Gig, moderator: User, settings: Any
) -> None:
    settings.VITRINE_REPORTS_TO_HIDE = 2
    people = crowd(2)
    say(file, people)
    approve(file_id=file.pk, by=moderator, seen=Seen.of(fresh(file)))
    assert is_seen(file, gig)
    say(file, people)
    assert is_seen(file, gig)
    assert fresh(file).reports_open == 0

    say(file, crowd(1))
    assert is_seen(file, gig)
    say(file, crowd(1))
    assert not is_seen(file, gig)


def test_what_is_rejected_counts_no_reports(file: UploadedFile, moderator: User, staff: User) -> None:
    reject(file_id=file.pk, by=moderator, seen=Seen.of(fresh(file)), reason="spam")
    say(file, [staff, moderator])  # nobody else sees it
    assert (fresh(file).reports_open, fresh(file).moderation) == (0, "rejected")


def test_what_is_withheld_is_withheld_once(file: UploadedFile, staff: User, settings: Any) -> None:
    settings.VITRINE_REPORTS_TO_HIDE = 1
    say(file, crowd(1))
    say(file, [staff])
    assert ModerationEvent.objects.count() == 1
    assert fresh(file).reports_open == 2


@pytest.mark.django_db(transaction=True)
def test_a_flood_of_reports_is_counted_exactly_and_hides_once(settings: Any) -> None:
    """Of many at once, each is counted, or comes after the file was hidden and is told so."""
    settings.VITRINE_REPORTS_TO_HIDE = 0
    file = GigFactory.create().images.get().file

    def one(person: User) -> None:
        try:
            report(person=person, file_id=file.pk, reason=Reason.SPAM)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(one, crowd(24)))
    assert fresh(file).reports_open == Report.objects.count() == 24

    settings.VITRINE_REPORTS_TO_HIDE = 25
    staff = UserFactory.create_batch(8, is_staff=True)  # they see it hidden too, so that all eight count
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(one, staff))
    assert fresh(file).reports_open == 32
    assert ModerationEvent.objects.filter(action="withhold").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_flood_beside_a_decision_ends_in_an_order(settings: Any) -> None:
    settings.VITRINE_REPORTS_TO_HIDE = 3
    file = GigFactory.create().images.get().file
    boss = UserFactory.create(is_staff=True, is_superuser=True)

    def one(person: User) -> None:
        try:
            with suppress(Conflict, NotFound):  # too late for what was looked at; hidden by now
                if person == boss:
                    approve(file_id=file.pk, by=boss, seen=Seen.of(fresh(file)))
                else:
                    report(person=person, file_id=file.pk, reason=Reason.SPAM)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(one, [*crowd(4), boss, *crowd(4)]))
    now = fresh(file)
    assert bool(now.withheld) == (now.reports_open >= 3)


def test_who_reported_is_told_nowhere_outside_staff(
    file: UploadedFile, gig: Gig, owner: User, settings: Any, signed_in: SignIn
) -> None:
    settings.VITRINE_REPORTS_TO_HIDE = 1
    teller = UserFactory.create(username="the-teller", email="teller@example.org")
    say(file, [teller])
    page, api = Client(), signed_in(owner)
    page.force_login(owner)
    texts = [
        page.get(path).content.decode()
        for path in (
            "/files/",
            f"/files/{file.pk}/",
            gig.get_absolute_url(),
            f"/gigs/{gig.pk}/edit",
            "/gigs/",
        )
    ]
    texts += [
        api.get(path).content.decode()
        for path in (f"/api/upload/{file.pk}/metadata", "/api/upload/my-files", f"/api/gigs/{gig.pk}")
    ]
    with zipfile.ZipFile(io.BytesIO(b"".join(export(owner)))) as archive:
        texts.append(json.dumps(json.loads(archive.read("metadata.json"))))
    for text in texts:
        for word in ("the-teller", "teller@example.org", "Telling words", "people reported"):
            assert word not in text
