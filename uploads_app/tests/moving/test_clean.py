"""`storage clean`: what was left behind goes, late, and never where it is all there is."""

import pytest

from uploads_app.errors import Conflict
from uploads_app.services.backup import hold
from uploads_app.services.moving.clean import clean
from uploads_app.services.moving.copy import copy
from uploads_app.services.moving.switch import switch
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage
from uploads_app.tests.moving.places import (
    at,
    before,
    copies,
    dying,
    home,
    let_leases_end,
    lying,
    picture,
    pictures,
    with_rendition,
)
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both")]


def test_what_was_left_behind_goes_and_the_rest_stays(owner: User) -> None:
    file, made = with_rendition(owner)
    copy("s3")
    switch("s3", force=True)
    late = picture(owner, 1)
    copy("s3")
    done = clean("s3", grace=0)
    assert (done.objects, done.lost, done.put_off) == (2, [], [])
    assert lying("local") == {late.key}
    assert lying("s3") == {file.key, made.key, late.key}
    assert copies() == {late.key: ("s3", "whole")}


def test_nothing_goes_before_its_time(owner: User) -> None:
    file = picture(owner)
    copy("s3")
    switch("s3", force=True)
    assert (clean("s3").objects, clean("s3", grace=60).objects) == (0, 0)
    assert lying("local") == {file.key}


def test_nothing_goes_while_a_backup_is_made(owner: User) -> None:
    file = picture(owner)
    copy("s3")
    switch("s3", force=True)
    hold.begin()
    with pytest.raises(Conflict, match="backup"):
        clean("s3", grace=0)
    assert lying("local") == {file.key}
    hold.end()
    assert clean("s3", grace=0).objects == 1


def test_copies_that_nobody_switched_to_stay(owner: User) -> None:
    file = picture(owner)
    copy("s3")
    assert (clean("s3", grace=0).objects, clean("local", grace=0).objects) == (0, 0)
    assert lying("local") == lying("s3") == {file.key}


def test_bytes_whose_successor_is_lost_are_kept_and_told_of(owner: User) -> None:
    lost, wrong, good = pictures(owner, 3)
    copy("s3")
    switch("s3", force=True)
    at("s3", lost).unlink()
    at("s3", wrong).write_bytes(b"rotten")
    done = clean("s3", grace=0)
    assert (done.objects, done.lost) == (1, sorted([lost.key, wrong.key]))
    assert lying("local") == {lost.key, wrong.key}
    assert good.key in lying("s3")
    assert switch("local", force=True).objects == 2, "there is a way back"


def test_a_run_that_dies_is_finished_by_the_next(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures(owner, 3)
    copy("s3")
    switch("s3", force=True)
    with dying(monkeypatch, "uploads_app.services.moving.clean.mine"):
        clean("s3", grace=0)
    let_leases_end()
    assert clean("s3", grace=0).objects == 3
    assert not lying("local")
    assert not copies()


def test_a_switch_back_passes_over_what_is_being_removed(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = picture(owner)
    copy("s3")
    switch("s3", force=True)
    before(monkeypatch, "uploads_app.services.moving.crew.wait", lambda: switch("local", force=True))
    assert clean("s3", grace=0).objects == 1
    assert home(file) == "s3"
    assert at("s3", file).exists()


def test_a_storage_that_is_away_keeps_all_for_later(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    file = picture(owner)
    copy("s3")
    switch("s3", force=True)

    def away(key: str) -> None:
        raise StorageAway("gone")

    with monkeypatch.context() as patch:
        patch.setattr(storage("local"), "remove", away)
        assert clean("s3", grace=0).put_off == [file.key]
    assert copies() == {file.key: ("local", "left_behind")}
    assert clean("s3", grace=0).objects == 1
