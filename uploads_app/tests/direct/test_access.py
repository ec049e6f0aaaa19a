"""A direct upload is its owner's alone; to everybody else it is as absent."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from uploads_app.models import DirectUpload
from uploads_app.tests.direct.client import Sender, nothing_is_left, send
from uploads_app.tests.image_factories import jpeg_bytes
from users.models import User
from users.services.deletion import delete_account

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], APIClient]
PICTURE = jpeg_bytes((64, 48))
ABSENT = "00000000-0000-4000-8000-000000000000"
BODY = {"reason": "spam"}  # what a report needs; no other call minds it before it has looked for the file
CALLS = [
    ("get", ""), ("head", ""), ("delete", ""), ("get", "/card.webp"), ("get", "/metadata"),
    ("patch", "/metadata"), ("post", "/complete"), ("put", "/edits"), ("post", "/share"), ("post", "/report"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_to_others_it_is_as_absent(
    sender: Sender,
    visitor: APIClient,
    stranger: User,
    staff: User,
    signed_in: SignedIn,
    method: str,
    path: str,
) -> None:
    begun = sender.begin(PICTURE)
    for client in (visitor, signed_in(stranger), signed_in(staff)):
        call = getattr(client, method)
        found, absent = (call(f"/api/upload/{pk}{path}", BODY) for pk in (begun["file_id"], ABSENT))
        assert found.status_code == absent.status_code
        assert found.status_code in (401, 404)
        assert found.content == absent.content
    assert send(begun, PICTURE).status_code == 204
    assert sender.complete(begun).status_code == 201


@pytest.mark.parametrize(
    ("method", "path"), [call for call in CALLS if call[1] != "/complete" and call[0] != "delete"]
)
def test_its_owner_is_told_that_it_is_not_ready(sender: Sender, method: str, path: str) -> None:
    begun = sender.begin(PICTURE)
    answer = getattr(sender.api, method)(f"/api/upload/{begun['file_id']}{path}", BODY)
    assert answer.status_code == 409


def test_it_is_in_no_list(sender: Sender) -> None:
    sender.begin(PICTURE)
    assert sender.api.get("/api/upload/my-files").json()["results"] == []
    assert sender.api.get("/api/upload/usage").json()["files"] == 0


def test_its_owner_cancels_it(sender: Sender) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    url = f"/api/upload/{begun['file_id']}"
    assert sender.api.delete(url).status_code == 204
    assert nothing_is_left()
    assert sender.api.delete(url).status_code == 404
    assert sender.api.get(url).status_code == 404
    assert sender.complete(begun).status_code == 404


def test_it_goes_with_the_account(sender: Sender, owner: User) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    delete_account(owner)
    assert nothing_is_left()
    assert not DirectUpload.objects.exists()


def test_an_account_that_is_switched_off_completes_nothing(sender: Sender, owner: User) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    assert sender.complete(begun).status_code == 401
