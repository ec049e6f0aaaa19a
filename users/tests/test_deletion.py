"""Ending an account: everything goes, and nothing of anybody else's."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connections
from rest_framework.test import APIClient

from gigs.models import Gig, GigImage
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, store_bytes
from uploads_app.tests.stored import all_stored, failing
from users.models import Login, Profile, User
from users.services.deletion import delete_account
from users.services.login import log_in
from users.tests.factories import PASSWORD, UserFactory

SignIn = Callable[[User], APIClient]
TRACES = ("olga.traceable", "olga@traceable.example", "Traceable Name", "traceable.jpg", "traceable words")


@pytest.fixture
def olga(db: None) -> User:
    """Somebody with everything a person can have here."""
    user = UserFactory.create(username="olga.traceable", email="olga@traceable.example")
    words = {
        "alt_text": "traceable words",
        "caption": "traceable words",
        "original_filename": "traceable.jpg",
    }
    files = [
        FileFactory.create(owner=user, lifecycle=state, **words)
        for state in ("ready", "ready", "pending", "deleted", "failed")
    ]
    for file in files:
        store_bytes(file)
    Profile.objects.filter(user=user).update(display_name="Traceable Name", image=files[0])
    gig = Gig.objects.create(owner=user, title="traceable words", price=5)
    GigImage.objects.create(gig=gig, file=files[1], position=0)
    log_in(user)
    people = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=user, content_type=people, object_id=str(user.pk), object_repr=user.username, action_flag=CHANGE
    )
    chief = UserFactory.create(username="chief", is_staff=True)
    LogEntry.objects.create(
        user=chief, content_type=people, object_id=str(user.pk), object_repr=user.username, action_flag=CHANGE
    )
    return user


def rows_with(*traces: str) -> list[tuple[str, str]]:
    """Every row of every table in which one of these stands, in any column."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            text = " ".join(map(str, row.values()))
            found += [(model.__name__, trace) for trace in traces if trace in text]
    return found


def test_a_deleted_account_leaves_no_row_and_no_byte(olga: User, signed_in: SignIn) -> None:
    assert {trace for _, trace in rows_with(*TRACES)} == set(TRACES)
    assert len(all_stored()) == 5
    pk = olga.pk

    answer = signed_in(olga).delete("/api/users/me", {"password": PASSWORD})

    assert answer.status_code == 204
    assert rows_with(*TRACES) == []
    assert all_stored() == set()
    assert not User.objects.filter(pk=pk).exists()
    assert not Login.objects.exists()
    assert set(UploadedFile.objects.values_list("lifecycle", flat=True)) == {"purged"}
    assert not UploadedFile.objects.filter(owner__isnull=False).exists()


def test_others_keep_what_is_theirs(olga: User, stranger: User) -> None:
    theirs = FileFactory.create(owner=stranger)
    store_bytes(theirs)
    Profile.objects.filter(user=stranger).update(image=theirs)

    delete_account(olga)

    theirs.refresh_from_db()
    assert theirs.is_active
    assert all_stored() == {theirs.key}
    assert Profile.objects.get(user=stranger).image == theirs


def test_a_wrong_password_changes_nothing(olga: User, signed_in: SignIn) -> None:
    for body in ({"password": "wrong"}, {"password": ""}, {}, {"password": None}, {"password": [PASSWORD]}):
        answer = signed_in(olga).delete("/api/users/me", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert [error["field"] for error in answer.json()["errors"]] == ["password"]
    assert User.objects.filter(pk=olga.pk).exists()
    assert len(all_stored()) == 5


def test_with_the_storage_away_the_account_goes_and_the_bytes_wait(olga: User) -> None:
    with failing("remove"):
        delete_account(olga)

    assert not User.objects.filter(username="olga.traceable").exists()
    assert len(all_stored()) == 5
    assert set(UploadedFile.objects.values_list("lifecycle", flat=True)) == {"deleted"}


def test_a_failure_half_way_undoes_everything(olga: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise sqlite3.DatabaseError("half way")

    monkeypatch.setattr(User, "delete", fail)
    with pytest.raises(sqlite3.DatabaseError):
        delete_account(olga)

    assert len(all_stored()) == 5
    assert UploadedFile.objects.filter(owner=olga, lifecycle="ready").count() == 2
    assert Profile.objects.get(user=olga).image is not None


def test_deleting_twice_is_no_error(olga: User) -> None:
    again = User.objects.get(pk=olga.pk)
    delete_account(olga)
    delete_account(again)


def test_the_name_is_free_again(olga: User) -> None:
    delete_account(olga)
    body = {"username": "olga.traceable", "email": "olga@traceable.example", "password": "quite another one"}
    assert APIClient().post("/api/auth/register", body).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_uploads_at_the_same_time_neither_stop_it_nor_stay() -> None:
    """A row written meanwhile is swept away with the rest, or finds nobody to own it."""
    user = UserFactory.create(username="olga")
    other = User.objects.get(pk=user.pk)

    def upload(_: int) -> None:
        try:
            FileFactory.create(owner=other, lifecycle="pending")
        except IntegrityError:
            return
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        uploads = [threads.submit(upload, n) for n in range(40)]
        delete_account(user)
        for each in uploads:
            each.result()

    assert not User.objects.filter(username="olga").exists()
    assert set(UploadedFile.objects.values_list("lifecycle", "owner")) <= {("purged", None)}
