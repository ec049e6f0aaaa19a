"""What is deleted while it moves leaves no byte at either place, whenever the delete comes."""

from typing import Any

import pytest
from django.utils import timezone

from uploads_app.models import Rendition, StoredCopy, UploadedFile
from uploads_app.services.delete import delete_file, purge
from uploads_app.services.moving.clean import clean
from uploads_app.services.moving.copy import copy
from uploads_app.services.moving.switch import switch
from uploads_app.services.reconcile import reconcile
from uploads_app.services.rendering.retire import remove_retired
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage
from uploads_app.tests.moving.places import (
    at,
    before,
    copies,
    dying,
    let_leases_end,
    lying,
    picture,
    with_rendition,
)
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both")]

MOMENTS = [
    "uploads_app.services.moving.copy.hold_pending",
    "uploads_app.services.moving.crew.wait",
    "uploads_app.services.moving.copy._Run._settle",
]


def nothing_is_left() -> bool:
    return not lying("local") and not lying("s3") and not StoredCopy.objects.exists()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_delete_during_the_copy(owner: User, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    file, _ = with_rendition(owner)
    before(monkeypatch, moment, lambda: delete_file(file))
    assert copy("s3").failed == {}, "what is deleted is no failure"
    reconcile(grace=0)  # rows of renditions under way
    assert nothing_is_left()


@pytest.mark.parametrize("moment", MOMENTS[1:])
def test_a_delete_during_a_copy_that_dies(owner: User, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    file, _ = with_rendition(owner)
    before(monkeypatch, moment, lambda: delete_file(file))
    with dying(monkeypatch, "uploads_app.services.moving.copy.mine"):
        copy("s3")
    let_leases_end()
    reconcile(grace=0)
    assert nothing_is_left()


def test_a_delete_after_the_copy(owner: User) -> None:
    file, _ = with_rendition(owner)
    copy("s3")
    delete_file(file)
    assert nothing_is_left()


def test_a_delete_by_who_read_the_row_before_the_switch(owner: User) -> None:
    file, _ = with_rendition(owner)
    copy("s3")
    switch("s3", force=True)
    assert file.storage == "local"
    delete_file(file)
    assert nothing_is_left()


def test_a_delete_while_what_was_left_behind_is_cleaned(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    file, _ = with_rendition(owner)
    copy("s3")
    switch("s3", force=True)
    before(monkeypatch, "uploads_app.services.moving.crew.wait", lambda: delete_file(file))
    assert clean("s3", grace=0).lost == []
    let_leases_end()
    reconcile(grace=0)
    assert nothing_is_left()


def test_a_rendition_that_is_retired_takes_its_copy_along(owner: User, settings: Any) -> None:
    settings.VITRINE_RETIRED_KEPT = 0
    file, made = with_rendition(owner)
    copy("s3")
    Rendition.objects.update(state="retired", retired_at=timezone.now())
    remove_retired()
    assert lying("s3") == lying("local") == {file.key}
    assert list(copies()) == [file.key]
    assert made.key not in lying("s3")


def test_what_is_under_legal_hold_keeps_its_copy_until_the_hold_ends(owner: User) -> None:
    file = picture(owner)
    UploadedFile.objects.filter(pk=file.pk).update(legal_hold=True)
    copy("s3")
    delete_file(file)
    assert lying("s3") == lying("local") == {file.key}
    assert switch("s3", force=True).objects == 1
    UploadedFile.objects.filter(pk=file.pk).update(legal_hold=False)
    purge(file)
    assert nothing_is_left()


def test_a_copy_that_cannot_be_removed_now_keeps_the_delete_open(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = picture(owner)
    copy("s3")

    def away(key: str) -> None:
        raise StorageAway("gone")

    with monkeypatch.context() as patch:
        patch.setattr(storage("s3"), "remove", away)
        delete_file(file)
        assert UploadedFile.objects.get(pk=file.pk).lifecycle == "deleted"
        assert at("s3", file).exists()
    reconcile(grace=0)
    assert nothing_is_left()


def test_a_copy_in_a_storage_that_is_no_more_keeps_the_delete_open(owner: User, settings: Any) -> None:
    file = picture(owner)
    copy("s3")
    with_s3 = settings.STORAGES
    settings.STORAGES = {name: it for name, it in with_s3.items() if not name.startswith("s3")}
    delete_file(file)
    assert UploadedFile.objects.get(pk=file.pk).lifecycle == "deleted"
    settings.STORAGES = with_s3
    reconcile(grace=0)
    assert nothing_is_left()
