"""A storage that is not there loses nothing: neither rows nor, once it is back, bytes."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from uploads_app.errors import Unavailable
from uploads_app.images.presets import PRESETS
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.reconcile import reconcile
from uploads_app.services.rendering import mend
from uploads_app.services.rendering.work import render_set
from uploads_app.storage.errors import StorageAway, Unmarked
from uploads_app.storage.keys import MARK
from uploads_app.storage.local import DurableLocalStorage
from uploads_app.tests.factories import FileFactory, ready_rendition, uploaded
from uploads_app.tests.rendering_states import set_size
from users.models import User

Mount = Callable[[], None]


def rows() -> list[Any]:
    files = UploadedFile.objects.order_by("pk").values_list("pk", "lifecycle", "rendering")
    return [*files, *Rendition.objects.order_by("pk").values_list("pk", "state")]


@pytest.fixture
def rendered(owner: User, media: Path) -> UploadedFile:
    file = uploaded(owner)
    render_set(file.pk)
    file.refresh_from_db()
    return file


@pytest.fixture(params=["no folder", "empty mount point"])
def unmount(media: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], Mount]:
    """Takes the media folder away, and gives what brings it back."""
    aside = tmp_path / "volume"

    def bring_back() -> None:
        shutil.rmtree(media, ignore_errors=True)
        aside.rename(media)

    def away() -> Mount:
        media.rename(aside)
        if request.param == "empty mount point":
            media.mkdir()
        return bring_back

    return away


def test_reconciling_without_the_storage_changes_no_row(
    rendered: UploadedFile, unmount: Callable[[], Mount]
) -> None:
    before = rows()
    bring_back = unmount()
    with pytest.raises(StorageAway):
        reconcile(grace=0)
    assert rows() == before
    bring_back()
    assert reconcile(grace=0).renditions == 0
    assert rows() == before


def test_an_upload_is_refused_and_marks_nothing(
    rendered: UploadedFile, media: Path, unmount: Callable[[], Mount]
) -> None:
    unmount()
    with pytest.raises(Unavailable):
        uploaded(rendered.owner)  # type: ignore[arg-type]
    assert not (media / MARK).exists()
    assert not (media / "uploads").exists()


def test_a_delete_is_finished_once_the_storage_is_back(
    rendered: UploadedFile, media: Path, unmount: Callable[[], Mount]
) -> None:
    bring_back = unmount()
    delete_file(rendered)
    assert UploadedFile.objects.get().lifecycle == "deleted"
    bring_back()
    reconcile(grace=0)
    assert UploadedFile.objects.get().lifecycle == "purged"
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_the_first_upload_marks_the_storage(owner: User, media: Path) -> None:
    shutil.rmtree(media)
    uploaded(owner)
    assert (media / MARK).is_dir()


def test_a_copy_that_lost_its_mark_is_known_by_its_files(rendered: UploadedFile, media: Path) -> None:
    before = rows()
    (media / MARK).rmdir()
    reconcile(grace=0)
    assert (media / MARK).is_dir()
    assert rows() == before


@pytest.mark.parametrize("ask", ["exists", "remove", "open_stored"])
def test_nothing_is_said_of_keys_in_a_root_without_a_mark(tmp_path: Path, ask: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Unmarked):
        getattr(DurableLocalStorage(location=tmp_path / "empty"), ask)("uploads/gig/a.jpg")


def test_marking_twice_is_success(media: Path) -> None:
    storage: Any = storages["default"]
    storage.mark()
    storage.check()


def test_renditions_that_are_all_lost_are_a_fault_until_somebody_says_otherwise(
    rendered: UploadedFile, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mend, "_TOO_MANY", set_size())
    before = rows()
    shutil.rmtree(media / "renditions")
    with pytest.raises(StorageAway):
        reconcile(grace=0)
    assert rows() == before
    assert reconcile(grace=0, remake_all=True).renditions == set_size()
    assert Rendition.objects.count() == 0
    assert UploadedFile.objects.get().rendering == "waiting"


def test_many_lost_among_some_that_are_there_are_made_again(
    owner: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mend, "_TOO_MANY", 2)
    file = FileFactory.create(owner=owner)
    kept, *lost = [ready_rendition(file, preset) for preset in PRESETS]
    for row in lost:
        (media / row.key).unlink()
    assert mend.mend_renditions() == len(lost)
    assert Rendition.objects.get() == kept
