"""The public bucket after a restore: what the database does not know goes, and what is lost is made anew."""

from __future__ import annotations

from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from uploads_app.models import PublicCopy, Rendition
from uploads_app.services.backup.files import copy_out
from uploads_app.services.backup.put_back import put_back
from uploads_app.services.publishing.addresses import public_address
from uploads_app.services.publishing.sweep import sweep
from uploads_app.services.reconcile import reconcile
from uploads_app.storage.base import Facts
from uploads_app.storage.keys import new_public_key
from uploads_app.storage.places import S3_PUBLIC, storage
from uploads_app.tests.publishing.copies import DATA, fetch, states, url_of


def repair() -> str:
    told = StringIO()
    with suppress(CommandError):  # of a picture without bytes that the gig has besides
        call_command("media_fsck", repair=True, max_ratio=1.0, stdout=told)
    return told.getvalue()


def test_copies_come_back_with_a_backup(copy: PublicCopy, tmp_path: Path) -> None:
    copy_out(tmp_path)
    storage(S3_PUBLIC).remove(copy.key)
    assert fetch(copy.key).status_code == 404
    put_back(tmp_path)
    assert fetch(copy.key).content == DATA


def test_a_copy_that_the_database_does_not_know_is_removed(copy: PublicCopy, tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes(DATA)
    unknown = new_public_key("webp")
    storage(S3_PUBLIC).write_once(unknown, tmp_path / "copy", Facts("", "image/webp"))
    assert fetch(unknown).status_code == 200
    reconcile(grace=0)
    assert fetch(unknown).status_code == 404
    assert fetch(copy.key).status_code == 200


@pytest.mark.parametrize("harm", ["lost", "cut short"])
def test_one_that_is_lost_or_damaged_is_made_anew(
    row: Rendition, copy: PublicCopy, visitor: APIClient, tmp_path: Path, harm: str
) -> None:
    storage(S3_PUBLIC).remove(copy.key)
    if harm == "cut short":
        (tmp_path / "copy").write_bytes(DATA[:3])
        storage(S3_PUBLIC).write_once(copy.key, tmp_path / "copy", Facts("", "image/webp"))
    # By the number of its rendition: each table counts for itself.
    PublicCopy.objects.filter(pk=copy.pk).update(id=row.pk)
    assert f"{copy.key} public copy {row.pk}" in repair()
    sweep()
    assert sorted(states()) == ["gone", "offered"]
    assert Rendition.objects.filter(pk=row.pk).exists()
    new = PublicCopy.objects.get(state="offered")
    assert visitor.get(url_of(row))["Location"] == public_address(new.key)
    assert fetch(new.key).content == DATA
