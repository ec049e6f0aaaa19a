"""A completion that outlives its lease harms nothing of the one that took over, and leaves nothing of its own."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from rest_framework.test import APIClient

from uploads_app.models import DirectUpload, StorageUsage, TusUpload, UploadedFile
from uploads_app.services import upload as uploading
from uploads_app.services.direct.complete import complete
from uploads_app.services.reconcile import reconcile
from uploads_app.services.tus.receive import Body, receive
from uploads_app.tests.direct.client import Sender as DirectSender
from uploads_app.tests.direct.client import send
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.stored import all_stored
from uploads_app.tests.tus.client import Sender as TusSender
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = jpeg_bytes((64, 48))
PATIENCE = 60  # seconds, of a machine that is busy


class Death(BaseException):
    """The process is gone."""


@dataclass
class Sent:
    """An upload all of whose bytes are there but for the last request."""

    finish: Callable[[], Any]  # asks the site for the file
    make: Callable[[], Any]  # the same, as the process does that answers
    finished: int  # the status then


@pytest.fixture(params=["direct", "tus"])
def sent(request: pytest.FixtureRequest, owner: User, signed_in: Callable[[User], APIClient]) -> Sent:
    api = signed_in(owner)
    if request.param == "direct":
        direct = DirectSender(api)
        begun = direct.begin(PICTURE)
        send(begun, PICTURE)
        return Sent(lambda: direct.complete(begun), lambda: complete(owner, begun["file_id"]), 201)
    tus = TusSender(api)
    url, body = tus.begin(len(PICTURE)), Body(len(PICTURE), [PICTURE])
    return Sent(
        lambda: tus.send(url, 0, PICTURE), lambda: receive(owner, TusUpload.objects.get(), 0, body), 204
    )


def lease_runs_out() -> None:
    for kind in (DirectUpload, TusUpload):
        kind.objects.filter(state="completing").update(lease_until=Now())


def assert_one_file(owner: User) -> None:
    file = UploadedFile.objects.exclude(lifecycle="purged").get()
    assert file.lifecycle == "ready"
    assert all_stored() == {file.key}
    usage = StorageUsage.objects.get(owner=owner)
    assert (usage.files, usage.bytes) == (1, file.file_size)


def test_who_comes_late_takes_back_its_own_bytes_alone(
    sent: Sent, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, hanging, overtaken = uploading._store, threading.Event(), threading.Event()
    answers: list[Any] = []

    def slow(file: UploadedFile, clean: Path) -> None:
        if threading.current_thread() is first:
            hanging.set()
            assert overtaken.wait(PATIENCE)
        else:
            overtaken.set()
            first.join(PATIENCE)  # ends beside this one
        store(file, clean)

    def ask() -> None:
        try:
            answers.append(sent.finish())
        finally:
            connection.close()

    monkeypatch.setattr(uploading, "_store", slow)
    first = threading.Thread(target=ask)
    first.start()
    assert hanging.wait(PATIENCE)
    lease_runs_out()
    assert sent.finish().status_code == sent.finished
    assert [answer.status_code for answer in answers] == [503]
    assert_one_file(owner)


def test_bytes_of_one_that_dies_after_it_came_late_are_removed(
    sent: Sent, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = uploading._store

    def slow(file: UploadedFile, clean: Path) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(uploading, "_store", store)
            lease_runs_out()
            assert sent.finish().status_code == sent.finished
        store(file, clean)
        raise Death

    with monkeypatch.context() as patch:
        patch.setattr(uploading, "_store", slow)
        patch.setattr(uploading, "abandon", lambda _file: None)
        patch.setattr("uploads_app.services.direct.claims.give_back", lambda _claim: None)
        with pytest.raises(Death):
            sent.make()
    assert len(all_stored()) == 2
    reconcile(grace=0)
    assert_one_file(owner)
