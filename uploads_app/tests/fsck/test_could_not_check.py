"""What cannot be looked at is never called clean: exit status 2, and nothing is mended."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from uploads_app.models import UploadedFile
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.local import DurableLocalStorage
from uploads_app.storage.s3 import DurableS3Storage
from uploads_app.tests.fsck.house import build, fsck
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("words", [[], ["--repair"], ["--deep"], ["--repair", "--max-ratio", "1"]])
@pytest.mark.parametrize("leave_folder", [True, False])
def test_a_root_that_is_not_mounted(owner: User, media: Path, words: list[str], leave_folder: bool) -> None:
    build(owner)
    before = list(UploadedFile.objects.order_by("pk").values())
    shutil.rmtree(media)
    if leave_folder:
        media.mkdir()
    assert fsck(*words).status == 2
    assert list(UploadedFile.objects.order_by("pk").values()) == before


def test_a_storage_that_goes_away_in_the_middle(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    build(owner)
    for kind in (DurableLocalStorage, DurableS3Storage):
        real = kind.listed

        def broken(self: Any, folder: str, after: str = "", real: Any = real) -> Any:
            for number, one in enumerate(real(self, folder, after)):
                if number == 2:
                    raise StorageAway("gone")
                yield one

        monkeypatch.setattr(kind, "listed", broken)
    said = fsck("--repair")
    assert (said.status, said.summary["verdict"]) == (2, "could not check")


def test_a_database_that_goes_away(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    build(owner)

    def away() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("uploads_app.services.fsck.rows.drifted", away)
    assert fsck().status == 2


def test_a_storage_that_is_not_set_up_here(owner: User) -> None:
    house = build(owner)
    UploadedFile.objects.filter(pk=house.whole.pk).update(storage="elsewhere")
    assert fsck().status == 2
