"""What stops being public sends nobody to its copies, and they go in time, however it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from gigs.models import Gig, GigImage
from uploads_app.images.recipes import Edits
from uploads_app.models import PublicCopy, Rendition, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.edit import edit
from uploads_app.services.publishing.addresses import public_address
from uploads_app.services.publishing.sweep import sweep
from uploads_app.storage.places import S3, storage
from uploads_app.tests.publishing.copies import fetch, states, url_of
from uploads_app.worker import queue
from users.models import User


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
