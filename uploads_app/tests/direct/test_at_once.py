"""Several at once: one file, and nothing beside it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from rest_framework.test import APIClient

from uploads_app.models import StorageUsage, UploadedFile
from uploads_app.tests.direct.client import Sender, nothing_is_left, send
from uploads_app.tests.image_factories import jpeg_bytes
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = jpeg_bytes((64, 48))


def test_of_several_completions_at_once_one_makes_the_file(
    sender: Sender, owner: User, signed_in: Callable[[User], APIClient]
) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    people = [Sender(signed_in(owner)) for _ in range(6)]

    def one(person: Sender) -> tuple[int, str | None]:
        try:
            answer = person.complete(begun)
            return answer.status_code, answer.json().get("file_id")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(one, people))
    assert {status for status, _ in found} <= {201, 409}
    assert {pk for status, pk in found if status == 201} == {begun["file_id"]}
    assert UploadedFile.objects.count() == 1
    assert StorageUsage.objects.get(owner=owner).files == 1
    assert nothing_is_left(files=1)


def test_the_same_bytes_sent_several_times_at_once_are_one_upload(sender: Sender) -> None:
    begun = sender.begin(PICTURE)

    def one(_: int) -> int:
        try:
            return send(begun, PICTURE).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(one, range(4)))
    assert 204 in found
    assert found <= {204, 409}
    assert sender.complete(begun).status_code == 201
    assert nothing_is_left(files=1)


def test_a_cancellation_and_a_completion_at_once_leave_a_file_or_nothing(
    sender: Sender, owner: User, signed_in: Callable[[User], APIClient]
) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    other = signed_in(owner)

    def complete(_: int) -> int:
        try:
            return int(sender.complete(begun).status_code)
        finally:
            connection.close()

    def cancel(_: int) -> int:
        try:
            return int(other.delete(f"/api/upload/{begun['file_id']}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        completed, cancelled = threads.submit(complete, 0), threads.submit(cancel, 0)
    assert completed.result() in (201, 404)
    assert cancelled.result() in (204, 409)
    is_there = UploadedFile.objects.filter(lifecycle="ready").exists()
    assert is_there == (completed.result() == 201 and cancelled.result() == 409)
    assert nothing_is_left(files=int(is_there))
