"""The reconciler beside a move takes neither copies nor what was left behind, and finds real strays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from uploads_app.models import Rendition, StoredCopy
from uploads_app.services.moving.clean import clean
from uploads_app.services.moving.copy import copy
from uploads_app.services.moving.switch import switch
from uploads_app.services.reconcile import finish, reconcile
from uploads_app.storage.keys import new_rendition_key
from uploads_app.tests.moving.places import before, copies, lying, picture, with_rendition
from uploads_app.tests.stored import Stored
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both")]


def a_stray(place: str) -> str:
    """Of a rendition: originals that no row names stay, for they may be newer than a restored database."""
    key = new_rendition_key("webp")
    Stored(f"{place}_renditions", key).write_bytes(b"stray")
    return key


@pytest.mark.parametrize("switched", [False, True])
def test_copies_stay_and_strays_go_at_both_places(owner: User, switched: bool) -> None:
    file, made = with_rendition(owner)
    copy("s3")
    if switched:
        switch("s3", force=True)
    strays = {a_stray("local"), a_stray("s3")}
    report = reconcile(grace=0)
    assert (set(report.strays), report.missing) == (strays, [])
    assert lying("local") == lying("s3") == {file.key, made.key}


def test_the_key_of_a_living_row_is_a_stray_where_neither_row_nor_copy_names_it(owner: User) -> None:
    file, other = picture(owner), picture(owner, 1)
    copy("s3")
    switch("s3", force=True)
    clean("s3", grace=0)
    Stored("local", file.key).write_bytes(b"back from a backup")
    picture(owner, 2)  # the place is still in use
    assert reconcile(grace=0).strays == [file.key]
    assert lying("s3") == {file.key, other.key}


@pytest.mark.parametrize("to", ["s3", "local"])
def test_a_switch_while_it_looks_hides_no_name(owner: User, monkeypatch: pytest.MonkeyPatch, to: str) -> None:
    file = picture(owner)
    copy("s3")
    if to == "local":
        switch("s3", force=True)
    before(monkeypatch, "uploads_app.services.strays.named_at", lambda: switch(to, force=True))
    assert reconcile(grace=0).strays == []
    assert lying("local") == lying("s3") == {file.key}


def test_copies_of_what_is_gone_without_a_trace_go(owner: User) -> None:
    file, made = with_rendition(owner)
    copy("s3")
    Rendition.objects.all().delete()
    assert reconcile(grace=0).strays.count(made.key) >= 1
    assert lying("s3") == lying("local") == {file.key}
    assert list(copies()) == [file.key]


def test_what_was_deleted_while_it_was_copied_does_not_wait_for_its_turn(owner: User) -> None:
    """Whoever copied it died after the bytes were there. Rows of whole copies come in turn."""
    file, _ = with_rendition(owner)
    copy("s3")
    Rendition.objects.all().delete()
    StoredCopy.objects.update(state="pending", lease_until=timezone.now() - timedelta(seconds=1))
    finish()
    assert lying("s3") == {file.key}
    assert list(copies()) == [file.key]
