"""The quota holds, also against uploads at the same time, and deleting gives room back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from rest_framework.test import APIClient

from uploads_app.models import StorageUsage, UploadedFile
from uploads_app.tests.direct.client import Sender as DirectSender
from uploads_app.tests.direct.client import send
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.tus.client import Sender as TusSender
from users.models import User

SignedIn = Callable[[User], APIClient]


def upload(client: APIClient) -> Any:
    sent = SimpleUploadedFile("a.jpg", jpeg_bytes(size=(32, 32)), "image/jpeg")
    return client.post("/api/upload/general", {"file": sent}, format="multipart")


@pytest.mark.django_db
def test_a_full_storage_is_403_and_deleting_makes_room(
    owner: User, signed_in: SignedIn, settings: Any
) -> None:
    client = signed_in(owner)
    first = upload(client).json()
    settings.VITRINE_QUOTA_BYTES = first["file_size"] * 2 - 1
    refused = upload(client)
    assert (refused.status_code, refused.json()["code"]) == (403, "quota_exceeded")
    assert client.delete(first["file_url"]).status_code == 204
    assert upload(client).status_code == 201


@pytest.mark.django_db
def test_usage_counts_files_and_bytes_by_category(owner: User, signed_in: SignedIn, settings: Any) -> None:
    client = signed_in(owner)
    size = upload(client).json()["file_size"]
    upload(client)
    assert client.get("/api/upload/usage").json() == {
        "files": 2,
        "bytes": 2 * size,
        "quota_bytes": settings.VITRINE_QUOTA_BYTES,
        "by_category": {
            "profile": {"files": 0, "bytes": 0},
            "gig": {"files": 0, "bytes": 0},
            "general": {"files": 2, "bytes": 2 * size},
        },
    }


@pytest.mark.django_db
def test_what_was_announced_keeps_no_room_from_other_uploads_and_is_refused_where_they_took_it(
    owner: User, signed_in: SignedIn, settings: Any
) -> None:
    client, data = signed_in(owner), jpeg_bytes(size=(32, 32))
    direct, tus = DirectSender(client), TusSender(client)
    settings.VITRINE_QUOTA_BYTES = 2 * len(data)  # room for the two, and for no third
    begun, url = direct.begin(data), tus.begin(len(data))
    send(begun, data)
    assert [upload(client).status_code for _ in range(3)] == [201, 201, 403]
    for answer in (direct.complete(begun), tus.send(url, 0, data)):
        assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded")
    taken = StorageUsage.objects.get(owner=owner)
    assert (taken.files, taken.bytes <= settings.VITRINE_QUOTA_BYTES) == (2, True)


@pytest.mark.django_db(transaction=True)
def test_of_20_uploads_at_once_with_room_for_one_exactly_one_is_taken(
    owner: User, signed_in: SignedIn, settings: Any
) -> None:
    clients = [signed_in(owner) for _ in range(20)]
    size = upload(clients[0]).json()["file_size"]
    settings.VITRINE_QUOTA_BYTES = 2 * size

    def one(client: APIClient) -> int:
        try:
            return int(upload(client).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        found = list(threads.map(one, clients))
    assert sorted(found) == [201] + [403] * 19
    usage = StorageUsage.objects.get(owner=owner)
    assert (usage.files, usage.bytes) == (2, 2 * size)
    assert UploadedFile.objects.filter(lifecycle="ready").count() == 2
