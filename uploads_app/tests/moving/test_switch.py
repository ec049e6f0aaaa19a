"""`storage switch`: rows name the copy, each in one step with it; back again as easily."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from uploads_app.errors import Conflict
from uploads_app.models import StoredCopy, UploadedFile
from uploads_app.services.moving.copy import copy
from uploads_app.services.moving.switch import switch
from uploads_app.services.share import share
from uploads_app.storage.errors import StorageAway
from uploads_app.tests.moving.places import (
    at,
    before,
    copies,
    dying,
    home,
    lying,
    picture,
    pictures,
    with_rendition,
)
from uploads_app.tests.stored import stored
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both")]


def test_rows_name_the_copy_and_the_old_bytes_are_left_behind(owner: User, settings: Any) -> None:
    file, made = with_rendition(owner)
    copy("s3")
    settings.VITRINE_STORAGE = "s3"
    done = switch("s3")
    assert (done.objects, done.left) == (2, 0)
    assert (home(file), home(made)) == ("s3", "s3_renditions")
    assert copies() == {file.key: ("local", "left_behind"), made.key: ("local_renditions", "left_behind")}
    assert lying("local") == lying("s3") == {file.key, made.key}
    assert StoredCopy.objects.exclude(left_at=None).count() == 2
    assert switch("s3").objects == 0


def test_it_refuses_while_new_pictures_go_elsewhere(owner: User) -> None:
    file = picture(owner)
    copy("s3")
    with pytest.raises(Conflict, match="VITRINE_STORAGE"):
        switch("s3")
    assert home(file) == "local"
    assert switch("s3", force=True).objects == 1


def test_what_has_no_copy_stays_where_it_is(owner: User) -> None:
    picture(owner)
    copy("s3")
    late = picture(owner, 1)
    done = switch("s3", force=True)
    assert (done.objects, done.left) == (1, 1)
    assert home(late) == "local"


def test_back_again_needs_no_copying(owner: User) -> None:
    file, made = with_rendition(owner)
    copy("s3")
    switch("s3", force=True)
    assert switch("local", force=True).objects == 2
    assert (home(file), home(made)) == ("local", "local_renditions")
    assert copies() == {file.key: ("s3", "left_behind"), made.key: ("s3_renditions", "left_behind")}
    assert switch("s3", force=True).objects == 2


@pytest.mark.parametrize("died_in", [1, 2, 3])
def test_one_that_dies_leaves_each_row_at_one_place_and_is_finished_by_the_next(
    owner: User, monkeypatch: pytest.MonkeyPatch, died_in: int
) -> None:
    monkeypatch.setattr("uploads_app.services.moving.switch.BATCH", 2)
    files = pictures(owner, 6)
    copy("s3")
    seen = 0

    def progress(_many: int) -> None:
        nonlocal seen
        seen += 1
        if seen == died_in:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        switch("s3", force=True, progress=progress)
    assert UploadedFile.objects.filter(storage="s3").count() == 2 * died_in
    for row in UploadedFile.objects.all():
        other = {"s3": ("local", "left_behind"), "local": ("s3", "whole")}[row.storage]
        assert copies()[row.key] == other
        assert stored(row).exists()
    assert switch("s3", force=True).left == 0
    assert {home(file) for file in files} == {"s3"}


def test_a_death_in_the_middle_of_a_batch_changes_neither_row_nor_copy(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = picture(owner)
    copy("s3")
    with dying(monkeypatch, "uploads_app.services.moving.switch.Now"):
        switch("s3", force=True)
    assert (home(file), copies()[file.key]) == ("local", ("s3", "whole"))


def test_a_file_that_is_deleted_meanwhile_keeps_its_place(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = picture(owner)
    copy("s3")

    def mark() -> None:
        UploadedFile.objects.filter(pk=file.pk).update(lifecycle="deleted")

    before(monkeypatch, "uploads_app.services.moving.switch._flip", mark)
    assert switch("s3", force=True).objects == 0
    assert (home(file), copies()[file.key]) == ("local", ("s3", "whole"))


def test_pictures_are_served_before_between_and_after(
    owner: User, visitor: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = picture(owner)
    address = f"/api/upload/{file.pk}?share={share(file.pk, 3600).token}"
    data = at("local", file).read_bytes()
    # Whoever read the row right before the switch.
    before(monkeypatch, "uploads_app.serve.views._send", lambda: switch("s3", force=True))
    copy("s3")
    assert visitor.get(address).content == data
    assert home(file) == "s3"
    assert visitor.get(address).content == data


def test_it_does_not_lead_back_to_a_folder_that_is_not_mounted(owner: User, media: Any) -> None:
    file = picture(owner)
    copy("s3")
    switch("s3", force=True)
    (media / ".vitrine").rmdir()
    at_hand = media / file.key
    at_hand.unlink()
    with pytest.raises(StorageAway):
        switch("local", force=True)
    assert home(file) == "s3"
