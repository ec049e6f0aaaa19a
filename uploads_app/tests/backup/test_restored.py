"""In a house whose database was restored, what is newer than it is kept by everybody."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from uploads_app.errors import Conflict
from uploads_app.models import Backup, Rendition, UploadedFile
from uploads_app.services.backup import hold
from uploads_app.services.delete import delete_file
from uploads_app.services.reconcile import reconcile
from uploads_app.services.rendering.retire import remove_retired
from uploads_app.tests.factories import ready_rendition
from uploads_app.tests.fsck.house import PLANTS, build, fsck, kept
from uploads_app.tests.stored import all_stored, stored
from users.models import User

pytestmark = pytest.mark.django_db


def make_old(before: timedelta) -> None:
    """Lets all that the database knows be of a while ago."""
    past = timezone.now() - before
    UploadedFile.objects.update(uploaded_at=past)
    UploadedFile.objects.exclude(deleted_at=None).update(deleted_at=past)
    UploadedFile.objects.exclude(purged_at=None).update(purged_at=past)


def test_nobody_sweeps_what_is_newer(owner: User) -> None:
    house = build(owner)
    hold.begin()  # as in the dump: never ended
    Backup.objects.update(held_until=timezone.now())
    PLANTS["orphan"][1](house)
    before = all_stored()
    reconcile(grace=0)
    assert before <= all_stored() | {house.gone.key}
    said = fsck("--after-restore", "--deep", grace=None)
    assert (said.status, said.findings, said.summary["kept"]) == (0, [], 1)
    # From now on the database knows, whoever asks.
    assert fsck("--repair").summary["kept"] == 1
    reconcile(grace=0)
    assert before <= all_stored() | {house.gone.key}


def test_a_repair_refuses_where_files_are_newer_than_the_database(owner: User) -> None:
    house = build(owner)
    make_old(timedelta(days=5))
    PLANTS["orphan"][1](house)
    before = all_stored()
    assert fsck("--repair").status == 1
    assert all_stored() == before
    said = fsck("--after-restore", "--repair", grace=None)
    assert (said.status, said.summary["kept"]) == (0, 1)
    assert all_stored() == before


def test_what_is_older_than_the_backup_is_told(owner: User, media: Path) -> None:
    house = build(owner)
    PLANTS["orphan"][1](house)
    orphan = next((media / "uploads/gig").iterdir())
    os.utime(orphan, (1, 1))
    hold.begin()
    assert fsck("--after-restore", grace=None).names == ["ORPHAN"]


def test_what_comes_after_the_restore_is_judged_as_ever(owner: User) -> None:
    house = build(owner)
    hold.begin()
    assert fsck("--after-restore", grace=None).status == 0
    Backup.objects.update(restored_at=timezone.now() - timedelta(seconds=2))
    PLANTS["orphan"][1](house)
    kept(owner)  # the database knows of today again
    assert fsck().names == ["ORPHAN"]


def test_while_a_backup_is_made_bytes_of_what_is_deleted_stay(owner: User) -> None:
    file, other = kept(owner), kept(owner)
    row = ready_rendition(other, state="retired", retired_at=timezone.now() - timedelta(hours=1))
    hold.begin()
    delete_file(file)
    remove_retired()
    assert reconcile(grace=0).unpurged == 0
    assert stored(file).exists()
    assert stored(row).exists()
    file.refresh_from_db()
    assert file.lifecycle == "deleted"  # gone for everybody, all the same
    assert hold.end()
    reconcile(grace=0)
    remove_retired()
    assert not stored(file).exists()
    assert not Rendition.objects.filter(pk=row.pk).exists()


def test_a_backup_that_died_holds_nothing_for_ever(owner: User) -> None:
    file = kept(owner)
    hold.begin()
    Backup.objects.update(held_until=timezone.now())
    delete_file(file)
    assert not stored(file).exists()
    assert not hold.end()


def test_two_backups_at_once_are_refused(db: None) -> None:
    hold.begin()
    with pytest.raises(Conflict):
        hold.begin()
