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
from uploads_app.tests.factories import FileFactory, store_bytes
from uploads_app.tests.stored import Stored
from users.models import User

pytestmark = pytest.mark.django_db


def stray(media: Path, name: str = "uploads/general/stray.jpg", age: float = 0) -> Path:
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


def test_what_can_be_made_again_and_no_row_names_goes_once_it_is_old(media: Path) -> None:
    old, young = stray(media, "renditions/ab/old.webp", age=7200), stray(media, "renditions/ab/young.webp")
    old_part = stray(media, "uploads/gig/.x.jpg.part", age=7200)
    report = reconcile(grace=3600)
    assert sorted(report.strays) == ["renditions/ab/old.webp", "uploads/gig/.x.jpg.part"]
    assert not old.exists()
    assert not old_part.exists()
    assert young.exists()


def test_an_original_that_no_row_names_stays_and_is_counted(media: Path) -> None:
    old, part = stray(media, age=7200), stray(media, "uploads/general/.stray.jpg.part", age=7200)
    report = reconcile(grace=0)
    assert (report.unnamed, report.strays) == (1, ["uploads/general/.stray.jpg.part"])
    assert old.exists()
    assert not part.exists()


def test_where_hardly_anything_is_named_nothing_is_removed(media: Path) -> None:
    for number in range(120):
        stray(media, f"renditions/ab/{number}.webp", age=7200)
    assert reconcile(grace=0).strays == []
    assert len(list(media.rglob("*.webp"))) == 120


def test_what_was_set_aside_goes_after_its_time(media: Path, settings: Any) -> None:
    settings.VITRINE_QUARANTINE_KEPT = 30
    today = timezone.now().date()
    old = stray(media, f"quarantine/{today - timedelta(days=31)}/uploads/general/a.jpg")
    young = stray(media, f"quarantine/{today - timedelta(days=30)}/uploads/general/a.jpg", age=9e6)
    reconcile(grace=0)
    assert not old.exists()
    assert young.exists()


def test_bytes_of_a_purged_row_go(owner: User, media: Path) -> None:
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


def test_what_is_no_file_in_the_spool_stays_and_stops_nothing(db: None, settings: Any) -> None:
    spool = settings.VITRINE_SPOOL_DIR
    (spool / "lost+found").mkdir(parents=True)
    (spool / "link").symlink_to("lost+found")
    os.utime(spool / "lost+found", (0, 0))
    os.utime(spool / "link", (0, 0), follow_symlinks=False)
    assert reconcile(grace=3600).temporaries == 0
    assert sorted(path.name for path in spool.iterdir()) == ["link", "lost+found"]


def test_running_it_again_finds_nothing(owner: User, media: Path) -> None:
    stray(media, "renditions/ab/stray.webp")
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
