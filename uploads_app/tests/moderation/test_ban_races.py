"""A ban and an upload at the same moment, in two threads: one of them sees the other, always."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.db import connection, transaction

from uploads_app.models import UploadedFile
from uploads_app.screening import chain
from uploads_app.services.moderation import screen
from uploads_app.services.moderation.bans import ban, hashes_of
from uploads_app.services.moderation.copies import present_copies
from uploads_app.tests.factories import uploaded
from uploads_app.tests.moderation.pictures import jpeg, scene
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_thread(work: Any, *args: Any) -> Any:
    try:
        return work(*args)
    finally:
        connection.close()


def ban_now(file: UploadedFile, hashes: frozenset[int], lead: User) -> None:
    with transaction.atomic():
        ban(file=file, hashes=hashes, by=lead, reason="stolen")


def test_a_ban_waits_for_an_upload_that_has_looked_already(
    owner: User, stranger: User, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = uploaded(owner, jpeg(scene()))
    hashes = hashes_of(file)
    looked, go_on = threading.Event(), threading.Event()

    def look_and_wait(candidate: Any) -> Any:
        verdict = chain.screen_again(candidate)
        looked.set()
        go_on.wait(10)
        return verdict

    monkeypatch.setattr(screen, "screen_again", look_and_wait)
    with ThreadPoolExecutor(2) as threads:
        late = threads.submit(in_a_thread, uploaded, stranger, jpeg(scene(), 50))
        assert looked.wait(10)
        banning = threads.submit(in_a_thread, ban_now, file, hashes, lead)
        # It cannot end while the upload may still become ready unseen.
        assert not wait([banning], timeout=0.3).done
        go_on.set()
        banning.result(15)
        copy = late.result(15)
    assert copy.withheld == ""
    made = file.bans.get()
    assert copy in [found.file for found in present_copies(made)]


def test_an_upload_waits_for_a_ban_under_way(owner: User, stranger: User, lead: User) -> None:
    file = uploaded(owner, jpeg(scene()))
    hashes = hashes_of(file)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            ban(file=file, hashes=hashes, by=lead, reason="stolen")
            late = threads.submit(in_a_thread, uploaded, stranger, jpeg(scene(), 50))
            assert not wait([late], timeout=0.3).done
        assert late.result(15).withheld == "near_copy"
