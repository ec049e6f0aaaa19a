"""Copies that everybody may read: when they are made, who is sent to them, and that they go in time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from config.tests.services import need_s3
from gigs.models import Gig, GigImage
from gigs.tests.factories import GigFactory
from uploads_app.images.recipes import Edits
from uploads_app.models import PublicCopy, Rendition, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.edit import edit
from uploads_app.services.publishing import publish as publishing
from uploads_app.services.publishing.addresses import public_address
from uploads_app.services.publishing.publish import publish
from uploads_app.services.publishing.sweep import sweep
from uploads_app.services.publishing.withdraw import withdraw
from uploads_app.services.reconcile import reconcile
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import LOCAL_RENDITIONS, S3, S3_PUBLIC, S3_RENDITIONS, storage
from uploads_app.storage.s3_public import PublicS3Storage
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from uploads_app.worker import queue
from users.models import User

SignIn = Callable[[User], APIClient]
BUCKET = "vitrine-tests-public"
DATA = b"RIFF the card"


@pytest.fixture(scope="session")
def everybodys() -> str:
    """A bucket that anybody may read object by object; the URL of its root."""
    own = need_s3()
    client = boto3.client(
        "s3",
        endpoint_url=own["VITRINE_S3_ENDPOINT"],
        region_name=own["VITRINE_S3_REGION"],
        aws_access_key_id=own["VITRINE_S3_ACCESS_KEY"],
        aws_secret_access_key=own["VITRINE_S3_SECRET_KEY"],
        config=Config(s3={"addressing_style": "path"}),
    )
    if BUCKET not in [found["Name"] for found in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket=BUCKET)
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    statement = anybody | {"Resource": f"arn:aws:s3:::{BUCKET}/*"}
    client.put_bucket_policy(
        Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    return f"{own['VITRINE_S3_ENDPOINT']}/{BUCKET}"


@pytest.fixture(autouse=True)
def published(settings: Any, db: None, everybodys: str) -> Iterator[None]:
    options = dict(settings.STORAGES["s3"]["OPTIONS"]) | {"bucket_name": BUCKET}
    backend = "uploads_app.storage.s3_public.PublicS3Storage"
    settings.STORAGES = settings.STORAGES | {"s3_public": {"BACKEND": backend, "OPTIONS": options}}
    settings.VITRINE_S3_PUBLIC_URL = everybodys
    settings.VITRINE_S3_LOCATION = f"tests/{time.monotonic_ns()}"
    settings.VITRINE_TIDY_EVERY = 3600  # a busy machine may take long for a few copies
    storage(S3).mark()
    yield
    settings.VITRINE_S3_PUBLIC_URL = ""


@pytest.fixture
def file(owner: User) -> UploadedFile:
    made = FileFactory.create(owner=owner, original_filename="Blue.png", storage=S3)
    store_bytes(made)
    return made


@pytest.fixture
def gig(file: UploadedFile) -> Gig:
    made = GigFactory.create(owner=file.owner, published=True)
    GigImage.objects.create(gig=made, file=file, position=7)
    return made


@pytest.fixture
def row(file: UploadedFile, gig: Gig) -> Rendition:
    """A public rendition."""
    return ready_rendition(file, data=DATA, storage=S3_RENDITIONS)


@pytest.fixture
def copy(row: Rendition) -> PublicCopy:
    """Its copy."""
    sweep()
    return PublicCopy.objects.get()


def url_of(row: Rendition) -> str:
    return f"/api/upload/{row.file_id}/{row.preset}.{row.format}?v={row.digest}"


def fetch(key: str) -> httpx.Response:
    return httpx.get(public_address(key), trust_env=False)


def states() -> list[str]:
    return list(PublicCopy.objects.order_by("pk").values_list("state", flat=True))


def test_everybody_is_sent_to_the_copy_of_what_is_public(
    row: Rendition, copy: PublicCopy, visitor: APIClient, owner: User, signed_in: SignIn
) -> None:
    for client in (visitor, signed_in(owner)):
        answer = client.get(url_of(row))
        assert (answer.status_code, answer.content) == (302, b"")
        assert answer["Location"] == public_address(copy.key)
        assert answer["Cache-Control"] == "public, max-age=5, s-maxage=5"
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert row.key not in answer["Location"]


def test_the_copy_says_of_itself_what_we_would(copy: PublicCopy) -> None:
    there = fetch(copy.key)
    assert (there.status_code, there.content) == (200, DATA)
    assert there.headers["content-type"] == "image/webp"
    assert there.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert there.headers["content-disposition"].startswith('inline; filename="Blue.webp"')
    assert "x-amz-meta-sha256" not in there.headers


def test_the_bucket_cannot_be_listed_by_everybody(copy: PublicCopy, everybodys: str) -> None:
    for path in ("", "/", "/?list-type=2&prefix=tests/"):
        assert httpx.get(everybodys + path, trust_env=False).status_code == 403


def test_it_costs_one_query_and_no_call_of_the_storage(
    row: Rendition, copy: PublicCopy, visitor: APIClient, no_storage: None
) -> None:
    visitor.get(url_of(row))
    with CaptureQueriesContext(connection) as queries:
        assert visitor.get(url_of(row)).status_code == 302
    assert len(queries) == 1


def test_conditions_and_head_are_answered_from_the_row(
    row: Rendition, copy: PublicCopy, visitor: APIClient
) -> None:
    tag = visitor.head(url_of(row))["ETag"]
    assert visitor.get(url_of(row), headers={"If-None-Match": tag}).status_code == 304


def test_what_is_private_has_no_copy(file: UploadedFile) -> None:
    ready_rendition(file, storage=S3_RENDITIONS)
    sweep()
    assert not PublicCopy.objects.exists()


def test_originals_and_other_versions_are_never_sent_there(
    row: Rendition, copy: PublicCopy, visitor: APIClient
) -> None:
    for path in (f"/api/upload/{row.file_id}", url_of(row).partition("?")[0]):
        assert visitor.get(path).status_code == 200


def test_what_lies_on_this_machine_is_copied_too(file: UploadedFile, gig: Gig, visitor: APIClient) -> None:
    local = ready_rendition(file, data=b"local bytes", storage=LOCAL_RENDITIONS)
    sweep()
    assert fetch(PublicCopy.objects.get().key).content == b"local bytes"
    assert visitor.get(url_of(local)).status_code == 302


def _reject(file: UploadedFile, gig: Gig) -> None:
    UploadedFile.objects.filter(pk=file.pk).update(moderation="rejected")


def _withhold(file: UploadedFile, gig: Gig) -> None:
    UploadedFile.objects.filter(pk=file.pk).update(withheld="reports")


def _hold(file: UploadedFile, gig: Gig) -> None:
    UploadedFile.objects.filter(pk=file.pk).update(legal_hold=True)


def _unpublish(file: UploadedFile, gig: Gig) -> None:
    Gig.objects.filter(pk=gig.pk).update(published_at=None)


def _take_out(file: UploadedFile, gig: Gig) -> None:
    GigImage.objects.filter(file=file).delete()


def _close_account(file: UploadedFile, gig: Gig) -> None:
    User.objects.filter(uploaded_files=file).update(is_active=False)


def _edit(file: UploadedFile, gig: Gig) -> None:
    edit(file, Edits(flip=True))


def _retire(file: UploadedFile, gig: Gig) -> None:
    Rendition.objects.update(state="retired", retired_at=timezone.now())


ENDS = [_reject, _withhold, _hold, _unpublish, _take_out, _close_account, _edit, _retire]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__[1:])
def test_what_stops_being_public_sends_nobody_there_and_its_copy_goes(
    row: Rendition,
    copy: PublicCopy,
    gig: Gig,
    file: UploadedFile,
    visitor: APIClient,
    settings: Any,
    end: Callable[[UploadedFile, Gig], None],
) -> None:
    settings.VITRINE_RENDERS_AT_ONCE = 0
    end(file, gig)
    answer = visitor.get(url_of(row))
    assert answer.status_code in (401, 503)
    sweep()
    assert fetch(copy.key).status_code == 404
    assert states() == ["gone"]
    sweep()
    assert states() == ["gone"]


def test_what_is_public_again_gets_a_copy_by_another_key(
    row: Rendition, copy: PublicCopy, gig: Gig, visitor: APIClient
) -> None:
    for published_at in (None, timezone.now()):
        Gig.objects.filter(pk=gig.pk).update(published_at=published_at)
        sweep()
    assert states() == ["gone", "offered"]
    assert visitor.get(url_of(row))["Location"] != public_address(copy.key)


def test_deletion_takes_the_copy_with_it(copy: PublicCopy, file: UploadedFile) -> None:
    delete_file(file)
    assert fetch(copy.key).status_code == 404
    sweep()
    assert not PublicCopy.objects.exists()  # of what is purged nobody asks


def test_under_legal_hold_copies_go_though_the_bytes_stay(copy: PublicCopy, file: UploadedFile) -> None:
    UploadedFile.objects.update(legal_hold=True)
    delete_file(file)
    assert fetch(copy.key).status_code == 404
    assert storage(S3).exists(file.key)


def test_without_a_public_url_nobody_is_sent_there_and_copies_go(
    row: Rendition, copy: PublicCopy, visitor: APIClient, settings: Any
) -> None:
    settings.VITRINE_S3_PUBLIC_URL = ""
    assert visitor.get(url_of(row)).status_code == 200
    sweep()
    assert states() == ["gone"]


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
        patch.setattr("uploads_app.services.publishing.sweep.publish_missing", lambda _: None)
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
    assert sorted(states()) == ["offered", "removing"]


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


def test_a_worker_is_told_at_once_of_what_an_edit_hides(
    copy: PublicCopy, file: UploadedFile, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        edit(file, Edits(flip=True))
    done = []
    while (task := queue.claim("worker")) is not None:
        if task.task_path.endswith("withdraw"):
            queue.run(task)
            done.append(task)
        else:
            task.delete()
    assert done
    assert fetch(copy.key).status_code == 404
