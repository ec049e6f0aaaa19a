"""A process that dies at any step of an upload or a delete leaves nothing that cannot be mended.

Death is played by an exception that no code catches and after which nothing more runs: the clean-up of
the service is switched off for it, as kill -9 would. (test_kill kills a real server.)
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models.functions import Now

from config.tests.services import need_s3
from uploads_app.errors import NotFound, Unavailable
from uploads_app.models import StorageUsage, UploadedFile
from uploads_app.services import delete as deleting
from uploads_app.services import upload as uploading
from uploads_app.services.annotate import FocalPoint, annotate
from uploads_app.services.reconcile import reconcile
from uploads_app.services.spooling import spool_bytes
from uploads_app.storage.places import LOCAL, S3, storage
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.stored import all_stored, failing, stored
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)

PICTURE = jpeg_bytes(size=(64, 64))


class Death(BaseException):
    """The process is gone."""


def put(owner: User) -> UploadedFile:
    with spool_bytes(PICTURE, "a.jpg") as spooled:
        return uploading.upload(owner=owner, category="general", spooled=spooled)


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, target: str, when: str) -> Iterator[None]:
    """Inside, the process dies before, or right after, `target` does its work."""
    real: Callable[..., Any] = resolve_name(target)

    def die(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            real(*args, **kwargs)
        raise Death

    with monkeypatch.context() as patch:
        patch.setattr(target, die)
        patch.setattr("uploads_app.services.upload.abandon", lambda _file: None)
        with pytest.raises(Death):
            yield


def lease_runs_out() -> None:
    UploadedFile.objects.filter(lifecycle="pending").update(lease_until=Now())


def assert_sound(owner: User, ready: int) -> None:
    """Every ready row has its bytes, nothing else lies in the storage, and the usage adds up."""
    rows = UploadedFile.objects.filter(lifecycle="ready")
    assert rows.count() == ready
    assert all_stored() == set(rows.values_list("file", flat=True))
    assert not UploadedFile.objects.exclude(lifecycle__in=["ready", "purged"]).exists()
    usage = StorageUsage.objects.filter(owner=owner).first()
    assert (usage.files if usage else 0) == ready
    assert (usage.bytes if usage else 0) == sum(rows.values_list("file_size", flat=True))


UPLOAD_STEPS = [
    "uploads_app.services.upload._reserve",
    "uploads_app.storage.local._make_folder",
    "uploads_app.storage.local._copy_synced",
    "uploads_app.storage.local.os.link",
    "uploads_app.storage.local._sync_folder",
    "uploads_app.storage.s3.DurableS3Storage._call",
    "uploads_app.services.upload._store",
    "uploads_app.services.upload._make_ready",
]
DELETE_STEPS = [
    "uploads_app.services.delete.visibility.detach",
    "uploads_app.services.delete.purge",
    "uploads_app.storage.local._sync_folder",
    "uploads_app.storage.s3.DurableS3Storage._call",
]


@pytest.fixture
def step(request: pytest.FixtureRequest, settings: Any) -> str:
    """A step that a process dies at; on the storage that it is one of, else on that of the suite."""
    name: str = request.param
    if name.startswith("uploads_app.storage."):
        settings.VITRINE_STORAGE = LOCAL
    if name.startswith("uploads_app.storage.s3."):
        need_s3()
        settings.VITRINE_STORAGE = S3
        storage(S3).mark()
    return name


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", UPLOAD_STEPS, indirect=True)
def test_an_upload_that_dies_is_taken_away_whole(
    owner: User, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    kept = put(owner)
    with dying(monkeypatch, step, when):
        put(owner)
    visible = UploadedFile.objects.filter(lifecycle="ready")
    acknowledged_late = step.endswith("_make_ready") and when == "after"
    assert visible.count() == 1 + acknowledged_late
    lease_runs_out()
    reconcile(grace=0)
    assert_sound(owner, ready=1 + acknowledged_late)
    assert visible.filter(pk=kept.pk).exists()
    put(owner)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", DELETE_STEPS, indirect=True)
def test_a_delete_that_dies_is_finished_or_never_was(
    owner: User, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    kept, file = put(owner), put(owner)
    with dying(monkeypatch, step, when):
        deleting.delete_file(file)
    file.refresh_from_db()
    rolled_back = step.endswith("detach")
    assert file.is_active == rolled_back
    reconcile(grace=0)
    assert_sound(owner, ready=2 if rolled_back else 1)
    assert UploadedFile.objects.filter(pk=kept.pk, lifecycle="ready").exists()


def test_a_purge_whose_last_transaction_dies_is_repeated(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(owner)
    with monkeypatch.context() as patch:

        def die(**kwargs: Any) -> None:
            raise Death

        patch.setattr(StorageUsage.objects, "filter", die)
        with pytest.raises(Death):
            deleting.delete_file(file)
    reconcile(grace=0)
    assert_sound(owner, ready=0)


@pytest.mark.parametrize("reaped", [True, False])
def test_an_upload_that_outlives_its_lease_is_not_acknowledged_and_leaves_nothing(
    owner: User, monkeypatch: pytest.MonkeyPatch, reaped: bool
) -> None:
    real = uploading._store

    def slow(file: UploadedFile, clean: Path) -> None:
        lease_runs_out()
        if reaped:
            reconcile(grace=0)
        real(file, clean)

    monkeypatch.setattr(uploading, "_store", slow)
    with pytest.raises(Unavailable):
        put(owner)
    assert_sound(owner, ready=0)


def test_what_is_attached_when_it_becomes_ready_undoes_the_upload_when_it_fails(owner: User) -> None:
    def fail(file: UploadedFile) -> None:
        raise ValueError("the gig is full")

    with spool_bytes(PICTURE, "a.jpg") as spooled, pytest.raises(ValueError, match="full"):
        uploading.upload(owner=owner, category="gig", spooled=spooled, on_ready=fail)
    assert_sound(owner, ready=0)


def test_a_second_delete_says_that_there_is_nothing(owner: User) -> None:
    file = put(owner)
    deleting.delete_file(file)
    with pytest.raises(NotFound):
        deleting.delete_file(file)


def test_a_database_that_is_away_after_the_commit_does_not_undo_a_delete(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(owner)
    with monkeypatch.context() as patch:

        def away(**kwargs: Any) -> None:
            raise OperationalError("gone")

        patch.setattr(StorageUsage.objects, "filter", away)
        deleting.delete_file(file)
    file.refresh_from_db()
    assert file.lifecycle == "deleted"
    reconcile(grace=0)
    assert_sound(owner, ready=0)


def test_a_note_on_a_picture_that_was_just_deleted_is_not_kept(owner: User) -> None:
    file = put(owner)
    deleting.delete_file(UploadedFile.objects.get(pk=file.pk))
    with pytest.raises(NotFound):
        annotate(file, {"caption": "private", "focal_point": FocalPoint(0.5, 0.5)})
    file.refresh_from_db()
    assert (file.caption, file.focal_x, file.removed_metadata) == ("", None, [])


def test_a_storage_that_is_away_does_not_hold_up_a_delete(owner: User) -> None:
    file = put(owner)
    with failing("remove"):
        deleting.delete_file(file)
        assert stored(file).exists()
        assert reconcile(grace=0).unpurged == 1
    reconcile(grace=0)
    assert_sound(owner, ready=0)
