"""`storage verify`: finds every copy that is not as its row says, and has it copied again."""

from typing import Any

import pytest

from uploads_app.services.delete import delete_file
from uploads_app.services.moving.copy import copy
from uploads_app.services.moving.switch import switch
from uploads_app.services.moving.verify import verify
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage
from uploads_app.tests.moving.places import at, before, copies, lying, picture, pictures, with_rendition
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both")]


@pytest.mark.parametrize("quick", [False, True])
def test_good_copies_stay_as_they_are(owner: User, quick: bool) -> None:
    with_rendition(owner)
    copy("s3")
    before_it = copies()
    found = verify("s3", quick=quick)
    assert (found.looked_at, found.wrong, found.unread) == (2, [], [])
    assert copies() == before_it


@pytest.mark.parametrize("quick", [False, True])
def test_wrong_and_absent_ones_are_told_of_and_copied_again(owner: User, quick: bool) -> None:
    good, wrong, absent = pictures(owner, 3)
    copy("s3")
    at("s3", wrong).write_bytes(b"rotten")
    at("s3", absent).unlink()
    assert verify("s3", quick=quick).wrong == sorted([wrong.key, absent.key])
    assert copies() == {good.key: ("s3", "whole")}
    assert switch("s3", force=True).left == 2, "what is wrong is not switched to"
    assert copy("s3").objects == 2
    assert verify("s3").wrong == []
    assert at("s3", wrong).read_bytes() == at("local", wrong).read_bytes()


def test_what_a_switch_left_behind_is_verified_before_going_back(owner: User) -> None:
    file, other = pictures(owner, 2)
    copy("s3")
    switch("s3", force=True)
    at("local", file).write_bytes(b"rotten")
    assert verify("local").wrong == [file.key]
    assert switch("local", force=True).left == 1
    assert copies() == {other.key: ("s3", "left_behind")}


def test_a_copy_that_is_in_use_by_now_is_told_of_and_never_removed(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = picture(owner)
    copy("s3")
    at("s3", file).write_bytes(b"rotten")
    before(
        monkeypatch,
        "uploads_app.services.moving.verify.hold_for_removal",
        lambda: switch("s3", force=True),
    )
    assert verify("s3").wrong == [file.key]
    assert at("s3", file).exists()
    assert copies() == {file.key: ("local", "left_behind")}


def test_what_is_deleted_meanwhile_is_no_fault(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    file = picture(owner)
    copy("s3")
    before(monkeypatch, "uploads_app.services.moving.crew.wait", lambda: delete_file(file))
    found = verify("s3")
    assert (found.wrong, found.unread) == ([], [])
    assert not lying("s3")
    assert not copies()


def test_a_storage_that_does_not_answer_proves_nothing(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    file = picture(owner)
    copy("s3")

    def away(key: str) -> Any:
        raise StorageAway("gone")

    monkeypatch.setattr(storage("s3"), "open_stored", away)
    found = verify("s3")
    assert (found.wrong, found.unread) == ([], [file.key])
    assert copies() == {file.key: ("s3", "whole")}
