"""Idempotency-Key: a retry gets the first answer and stores nothing twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from uploads_app.errors import Unavailable
from uploads_app.models import IdempotencyRecord, UploadedFile
from uploads_app.services import idempotency
from uploads_app.tests.image_factories import jpeg_bytes
from users.models import User

SignedIn = Callable[[User], APIClient]
PICTURE = jpeg_bytes(size=(32, 32))


def upload(client: APIClient, key: str, data: bytes = PICTURE, **fields: str) -> Any:
    sent = SimpleUploadedFile("a.jpg", data, "image/jpeg")
    path = fields.pop("path", "/api/upload/general")
    return client.post(path, {"file": sent, **fields}, format="multipart", headers={"Idempotency-Key": key})


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_the_first_answer_is_given_again(self, owner: User, signed_in: SignedIn) -> None:
        client = signed_in(owner)
        first, again = upload(client, "k1"), upload(client, "k1")
        assert first.status_code == again.status_code == 201
        assert again.json() == first.json()
        assert again["Idempotent-Replayed"] == "true"
        assert again["Location"] == first["Location"]
        assert not first.has_header("Idempotent-Replayed")
        assert UploadedFile.objects.count() == 1

    @pytest.mark.parametrize(
        "other", [{"data": jpeg_bytes(size=(33, 32))}, {"alt_text": "x"}, {"path": "/api/upload/profile"}]
    )
    def test_another_request_under_the_same_key_is_422(
        self, owner: User, signed_in: SignedIn, other: dict[str, Any]
    ) -> None:
        client = signed_in(owner)
        upload(client, "k1")
        answer = upload(client, "k1", **other)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
        assert UploadedFile.objects.count() == 1

    def test_two_people_may_use_the_same_key(self, owner: User, stranger: User, signed_in: SignedIn) -> None:
        one, other = upload(signed_in(owner), "k1"), upload(signed_in(stranger), "k1")
        assert one.json()["file_id"] != other.json()["file_id"]

    def test_after_a_refusal_the_key_is_free(self, owner: User, signed_in: SignedIn, settings: Any) -> None:
        client = signed_in(owner)
        settings.VITRINE_QUOTA_BYTES = 0
        assert upload(client, "k1").status_code == 403
        settings.VITRINE_QUOTA_BYTES = 10**6
        assert upload(client, "k1").status_code == 201

    def test_a_key_is_forgotten_after_a_day(self, owner: User, signed_in: SignedIn) -> None:
        client = signed_in(owner)
        first = upload(client, "k1").json()
        IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
        assert upload(client, "k1").json()["file_id"] != first["file_id"]

    def test_a_deleted_file_leaves_no_name_in_the_kept_answer(self, owner: User, signed_in: SignedIn) -> None:
        client = signed_in(owner)
        other, first = upload(client, "k0").json(), upload(client, "k1").json()
        assert client.delete(first["file_url"]).status_code == 204
        again = upload(client, "k1")
        assert again["Idempotent-Replayed"] == "true"
        assert again.json() == first | {"original_filename": "picture"}
        assert upload(client, "k0").json() == other

    def test_while_the_first_runs_a_second_is_409(self, owner: User, signed_in: SignedIn) -> None:
        client = signed_in(owner)
        upload(client, "k1")
        IdempotencyRecord.objects.update(answer=None)
        answer = upload(client, "k1")
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")

    def test_a_claim_whose_holder_died_is_taken_over_once_its_lease_is_over(
        self, owner: User, signed_in: SignedIn
    ) -> None:
        client = signed_in(owner)
        upload(client, "k1")
        past = timezone.now() - timedelta(seconds=1)
        IdempotencyRecord.objects.update(answer=None, lease_until=past)
        assert upload(client, "k1").status_code == 201

    def test_a_holder_that_lost_its_claim_cannot_finish(self, owner: User, signed_in: SignedIn) -> None:
        held = idempotency.claim(owner, "k1", "d")
        assert isinstance(held, idempotency.Claim)
        IdempotencyRecord.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert isinstance(idempotency.claim(owner, "k1", "d"), idempotency.Claim)
        with pytest.raises(Unavailable):
            idempotency.settle(held, {})

    @pytest.mark.parametrize("key", ["", "x" * 256, "\u00fc", "a\tb"])
    def test_a_malformed_key_is_400(self, owner: User, signed_in: SignedIn, key: str) -> None:
        assert upload(signed_in(owner), key).status_code == 400
        assert not UploadedFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_with_one_key_store_one_file(owner: User, signed_in: SignedIn) -> None:
    clients = [signed_in(owner) for _ in range(10)]

    def one(client: APIClient) -> tuple[int, str | None]:
        try:
            answer = upload(client, "k1")
            return answer.status_code, answer.json().get("file_id")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        found = list(threads.map(one, clients))
    assert {status for status, _ in found} <= {201, 409}
    assert len({file_id for status, file_id in found if status == 201}) == 1
    assert UploadedFile.objects.count() == 1
