"""The reconciler finds each kind of leftover, touches nothing living, and never trusts an empty mount."""

import os
import shutil
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from uploads_app.models import StorageUsage, UploadedFile
from uploads_app.services.reconcile import reconcile
from uploads_app.storage.keys import part_key
from uploads_app.storage.places import new_originals
from uploads_app.tests.factories import FileFactory, store_bytes
from uploads_app.tests.stored import Stored
from users.models import User

pytestmark = pytest.mark.django_db


def old_stray(media: Path, name: str, age: float = 0) -> Path:
    """Bytes that no row names, in the media folder, that were last changed `age` seconds ago."""
    path = media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"stray")
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_a_clean_house_is_left_as_it_is(owner: User) -> None:
    file = FileFactory.create(owner=owner)
    path = store_bytes(file)
    StorageUsage.objects.create(owner=owner, files=1, bytes=file.file_size)
    report = reconcile(grace=0)
    assert path.exists()
    assert (report.given_up, report.purged, report.strays, report.missing, report.usage_mended) == (
        0,
        0,
        [],
        [],
        0,
    )


def test_an_expired_upload_goes_with_its_bytes_and_a_running_one_stays(owner: User) -> None:
    past, future = timezone.now() - timedelta(seconds=1), timezone.now() + timedelta(minutes=5)
    expired = FileFactory.create(owner=owner, lifecycle="pending", lease_until=past)
    running = FileFactory.create(owner=owner, lifecycle="pending", lease_until=future)
    gone, kept = store_bytes(expired), store_bytes(running)
    part = Stored(running.storage, part_key(running.key))
    part.write_bytes(b"half")
    report = reconcile(grace=0)
    assert (report.given_up, report.purged) == (1, 1)
    assert not gone.exists()
    assert kept.exists()
    assert part.exists()
    running.refresh_from_db()
    assert running.lifecycle == "pending"


def test_bytes_that_no_row_names_go_once_they_are_old(media: Path) -> None:
    old = old_stray(media, "uploads/general/old.jpg", age=7200)
    old_part = old_stray(media, "uploads/gig/.x.jpg.part", age=7200)
    young = old_stray(media, "uploads/gig/young.jpg")
    report = reconcile(grace=3600)
    assert sorted(report.strays) == ["uploads/general/old.jpg", "uploads/gig/.x.jpg.part"]
    assert not old.exists()
    assert not old_part.exists()
    assert young.exists()


def test_bytes_that_no_row_names_go(owner: User) -> None:
    stray = Stored(new_originals(), "uploads/general/stray.jpg")
    stray.write_bytes(b"stray")
    assert reconcile(grace=3600).strays == []
    assert stray.exists()
    assert reconcile(grace=0).strays == [stray.key]
    assert not stray.exists()


def test_bytes_of_a_purged_row_go(owner: User) -> None:
    path = store_bytes(FileFactory.create(owner=owner, lifecycle="purged"))
    reconcile(grace=0)
    assert not path.exists()


def test_a_ready_file_without_bytes_is_reported_and_never_dropped(owner: User) -> None:
    file = FileFactory.create(owner=owner)
    StorageUsage.objects.create(owner=owner, files=1, bytes=file.file_size)
    assert reconcile(grace=0).missing == [str(file.pk)]
    file.refresh_from_db()
    assert file.is_active


def test_a_wrong_usage_is_counted_again(owner: User) -> None:
    store_bytes(FileFactory.create(owner=owner, file_size=100))
    FileFactory.create(owner=owner, lifecycle="purged", file_size=7)
    StorageUsage.objects.create(owner=owner, files=9, bytes=9)
    assert reconcile(grace=0).usage_mended == 1
    usage = StorageUsage.objects.get()
    assert (usage.files, usage.bytes) == (1, 100)


def test_temporary_files_of_dead_processes_go(db: None, settings: Any) -> None:
    spool = settings.VITRINE_SPOOL_DIR
    spool.mkdir()
    (spool / "young").write_bytes(b"x")
    (spool / "old").write_bytes(b"x")
    os.utime(spool / "old", (0, 0))
    assert reconcile(grace=3600).temporaries == 1
    assert [path.name for path in spool.iterdir()] == ["young"]


def test_running_it_again_finds_nothing(owner: User) -> None:
    Stored(new_originals(), "uploads/general/stray.jpg").write_bytes(b"stray")
    store_bytes(FileFactory.create(owner=owner, lifecycle="deleted"))
    reconcile(grace=0)
    report = reconcile(grace=0)
    assert (report.purged, report.strays) == (0, [])


def test_the_command_fails_with_2_when_the_storage_is_not_there(owner: User, media: Path) -> None:
    FileFactory.create(owner=owner)
    shutil.rmtree(media)
    with pytest.raises(CommandError) as failed:
        call_command("reconcile", stdout=StringIO())
    assert failed.value.returncode == 2
    assert UploadedFile.objects.get().is_active


def test_the_command_fails_with_1_when_bytes_are_lost(owner: User) -> None:
    file = FileFactory.create(owner=owner)
    with pytest.raises(CommandError, match=str(file.pk)) as failed:
        call_command("reconcile", stdout=StringIO())
    assert failed.value.returncode == 1
