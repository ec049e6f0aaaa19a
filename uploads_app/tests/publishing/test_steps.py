"""Public copies are made in steps that may break off anywhere: nothing is left that no row names."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from uploads_app.models import PublicCopy, Rendition, UploadedFile
from uploads_app.services.publishing import publish as publishing
from uploads_app.services.publishing.publish import publish
from uploads_app.services.publishing.sweep import sweep
from uploads_app.services.publishing.withdraw import withdraw
from uploads_app.services.reconcile import reconcile
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import S3_PUBLIC, S3_RENDITIONS, storage
from uploads_app.storage.s3_public import PublicS3Storage
from uploads_app.tests.factories import ready_rendition
from uploads_app.tests.publishing.copies import BUCKET, fetch, states, url_of


class Died(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("step", ["before", "after"])
def test_a_maker_that_dies_leaves_a_row_that_names_what_it_wrote(
    row: Rendition, visitor: APIClient, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write = publishing._write

    def dies(*args: Any) -> None:
        if step == "after":
            write(*args)
        raise Died

    storage(S3_PUBLIC).mark()
    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(publishing, "_write", dies)
        publish(row)
    assert states() == ["pending"]
    assert visitor.get(url_of(row)).status_code == 200  # nobody is sent where nothing may be
    sweep()
    assert states() == ["pending"]  # its maker may still be at it
    PublicCopy.objects.update(lease_until=timezone.now())
    first = PublicCopy.objects.get()
    sweep()
    assert fetch(first.key).status_code == 404
    assert states() == ["gone", "offered"]


def test_what_is_hidden_while_it_is_copied_is_not_offered(
    row: Rendition, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = publishing._write

    def hidden_meanwhile(*args: Any) -> None:
        write(*args)
        UploadedFile.objects.update(moderation="rejected")

    storage(S3_PUBLIC).mark()
    monkeypatch.setattr(publishing, "_write", hidden_meanwhile)
    assert not publish(row)
    [key] = PublicCopy.objects.values_list("key", flat=True)
    sweep()
    assert (states(), fetch(key).status_code) == (["gone"], 404)


def test_a_copy_that_is_withdrawn_while_it_is_written_goes_once_it_is_there(
    row: Rendition, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = publishing._write

    def withdrawn_meanwhile(*args: Any) -> None:
        PublicCopy.objects.update(state="removing", rendition=None)
        sweep()
        assert states()[0] == "removing"  # the row stays: its maker may be about to write
        write(*args)

    storage(S3_PUBLIC).mark()
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_write", withdrawn_meanwhile)
        for makes in ("publish_missing", "_follow_changes"):
            patch.setattr(f"uploads_app.services.publishing.sweep.{makes}", lambda _: None)
        assert not publish(row)
    [key] = PublicCopy.objects.values_list("key", flat=True)
    assert fetch(key).status_code == 200
    sweep()
    assert (states()[0], fetch(key).status_code) == ("gone", 404)


def test_two_makers_make_one_copy(row: Rendition) -> None:
    storage(S3_PUBLIC).mark()
    assert [publish(row), publish(row)] == [True, False]
    assert states() == ["offered"]


def test_a_rendition_without_bytes_keeps_nothing_else_back(row: Rendition, file: UploadedFile) -> None:
    storage(S3_RENDITIONS).remove(row.key)
    ready_rendition(file, "w320", storage=S3_RENDITIONS)
    sweep()
    assert states().count("offered") == 1
    assert set(states()) == {"offered", "removing"}  # tried as a change, and when its turn came


def test_while_the_storage_is_away_nothing_is_lost(
    copy: PublicCopy, row: Rendition, visitor: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    UploadedFile.objects.update(moderation="rejected")

    def away(*_: Any) -> None:
        raise StorageAway("away")

    with monkeypatch.context() as patch:
        patch.setattr(PublicS3Storage, "remove", away)
        sweep()
        with pytest.raises(StorageAway):
            withdraw(copy.file_id)
    assert states() == ["removing"]
    sweep()
    assert (states(), fetch(copy.key).status_code) == (["gone"], 404)


def test_the_reconciler_removes_what_no_row_names_and_leaves_the_rest(copy: PublicCopy) -> None:
    stray = "public/00/stray.webp"
    bucket = storage(S3_PUBLIC)
    assert isinstance(bucket, PublicS3Storage)
    bucket.client.put_object(Bucket=BUCKET, Key=bucket.object_key(stray), Body=b"x")
    assert reconcile(grace=-60).strays == [stray]
    assert fetch(copy.key).status_code == 200
