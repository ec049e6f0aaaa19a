"""What is said of a picture is judged before a byte of it is sent."""

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient

from uploads_app.models import DirectUpload, IdempotencyRecord, UploadedFile
from uploads_app.services import upload as uploading
from uploads_app.storage.places import S3
from uploads_app.tests.direct.client import Sender, send
from uploads_app.tests.image_factories import jpeg_bytes
from users.models import User

PICTURE = jpeg_bytes((64, 48))


def refused(answer: Any) -> tuple[int, str]:
    assert not DirectUpload.objects.exists()
    return answer.status_code, answer.json()["code"]


@pytest.mark.django_db
class TestOneAfterTheOther:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("upload_category", "other"),
            ("filename", ""),
            ("file_size", 0),
            ("file_size", "100"),
            ("file_size", -1),
            ("sha256", "0" * 63),
            ("sha256", "g" * 64),
            ("sha256", "0" * 64 + "\n"),
            ("content_type", None),
        ],
    )
    def test_a_malformed_announcement_is_400_and_names_its_field(
        self, sender: Sender, field: str, value: Any
    ) -> None:
        answer = sender.announce(PICTURE, **{field: value})
        assert refused(answer) == (400, "invalid")
        assert [error["field"] for error in answer.json()["errors"]] == [field]

    @pytest.mark.parametrize("kind", ["image/gif", "text/html", "image/jpeg; charset=x", "application/pdf"])
    def test_a_type_that_is_not_accepted_is_415(self, sender: Sender, kind: str) -> None:
        assert refused(sender.announce(PICTURE, content_type=kind)) == (415, "unsupported_media_type")

    def test_a_size_over_the_limit_is_413(self, sender: Sender, settings: Any) -> None:
        most = settings.VITRINE_MAX_FILE_SIZE
        assert refused(sender.announce(PICTURE, file_size=most + 1)) == (413, "file_too_large")
        assert sender.announce(PICTURE, file_size=most).status_code == 201

    def test_what_is_under_way_counts_for_the_quota(self, sender: Sender, settings: Any) -> None:
        settings.VITRINE_QUOTA_BYTES = 2 * len(PICTURE)
        first = sender.begin(PICTURE)
        sender.begin(PICTURE)
        answer = sender.announce(PICTURE)
        assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded")
        assert sender.api.delete(f"/api/upload/{first['file_id']}").status_code == 204
        assert sender.announce(PICTURE).status_code == 201

    def test_one_that_is_becoming_a_file_counts_for_the_quota_once(
        self, sender: Sender, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun, store, statuses = sender.begin(PICTURE), uploading._store, list[int]()
        send(begun, PICTURE)

        def meanwhile(file: UploadedFile, clean: Path) -> None:
            settings.VITRINE_QUOTA_BYTES = file.file_size + len(PICTURE)
            statuses.extend(sender.announce(PICTURE).status_code for _ in range(2))
            store(file, clean)

        monkeypatch.setattr(uploading, "_store", meanwhile)
        assert sender.complete(begun).status_code == 201
        assert statuses == [201, 403]

    def test_the_quota_is_judged_again_when_the_file_is_made(self, sender: Sender, settings: Any) -> None:
        begun = sender.begin(PICTURE)
        send(begun, PICTURE)
        settings.VITRINE_QUOTA_BYTES = 10
        answer = sender.complete(begun)
        assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded")

    def test_only_so_many_are_under_way_at_once(self, sender: Sender, settings: Any) -> None:
        settings.VITRINE_DIRECT_OPEN = 2
        first, _ = sender.begin(PICTURE), sender.begin(PICTURE)
        answer = sender.announce(PICTURE)
        assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
        assert 0 < int(answer["Retry-After"]) <= settings.VITRINE_DIRECT_TTL
        send(first, PICTURE)
        assert sender.complete(first).status_code == 201
        assert sender.announce(PICTURE).status_code == 201

    def test_it_takes_a_turn_of_uploads(self, sender: Sender, settings: Any) -> None:
        settings.VITRINE_THROTTLE_SCALE = 1.0
        settings.VITRINE_THROTTLE_RATES = settings.VITRINE_THROTTLE_RATES | {"upload": "1/minute"}
        assert sender.send_all(PICTURE).status_code == 201
        assert sender.announce(PICTURE).status_code == 429

    def test_nobody_announces_without_credentials(self, sender: Sender, visitor: APIClient) -> None:
        assert Sender(visitor).announce(PICTURE).status_code == 401

    @pytest.mark.parametrize("place", [S3], indirect=True)
    def test_a_form_ends_when_its_upload_does(self, sender: Sender) -> None:
        begun = sender.begin(PICTURE)
        policy = json.loads(base64.b64decode(begun["upload"]["fields"]["policy"]))
        ends, expires = (
            parse_datetime(said) for said in (policy["expiration"], begun["upload"]["expires_at"])
        )
        assert ends is not None
        assert expires is not None
        assert timedelta(0) <= expires - ends < timedelta(seconds=2)


@pytest.mark.django_db
class TestIdempotencyKeys:
    def key(self, sender: Sender, data: bytes = PICTURE, **other: Any) -> Any:
        return sender.announce(data, headers={"Idempotency-Key": "k1"}, **other)

    def test_the_same_key_leads_to_the_same_upload(self, sender: Sender) -> None:
        first, again = self.key(sender), self.key(sender)
        assert first.status_code == again.status_code == 201
        assert again["Idempotent-Replayed"] == "true"
        assert not first.has_header("Idempotent-Replayed")
        assert again.json()["file_id"] == first.json()["file_id"]
        assert again.json()["upload"]["expires_at"] == first.json()["upload"]["expires_at"]
        assert DirectUpload.objects.count() == 1
        assert send(again.json(), PICTURE).status_code == 204
        assert sender.complete(again.json()).status_code == 201
        assert self.key(sender).json()["file_id"] == first.json()["file_id"]

    def test_another_announcement_under_the_same_key_is_422(self, sender: Sender) -> None:
        self.key(sender)
        answer = self.key(sender, filename="other.jpg")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")

    def test_after_a_refusal_and_after_an_end_the_key_is_free(self, sender: Sender, settings: Any) -> None:
        settings.VITRINE_QUOTA_BYTES = 0
        assert self.key(sender).status_code == 403
        settings.VITRINE_QUOTA_BYTES = 10**6
        first = self.key(sender).json()
        sender.api.delete(f"/api/upload/{first['file_id']}")
        second = self.key(sender)
        assert second.status_code == 201
        assert second.json()["file_id"] != first["file_id"]

    def test_what_opens_the_storage_is_kept_nowhere(self, sender: Sender) -> None:
        begun = self.key(sender).json()
        assert IdempotencyRecord.objects.get().answer == {"file_id": begun["file_id"]}


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_with_room_for_one_exactly_one_is_granted(
    sender: Sender, owner: User, signed_in: Callable[[User], APIClient], settings: Any
) -> None:
    settings.VITRINE_QUOTA_BYTES = len(PICTURE)
    people = [Sender(signed_in(owner)) for _ in range(10)]

    def one(person: Sender) -> int:
        try:
            return int(person.announce(PICTURE).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        found = list(threads.map(one, people))
    assert sorted(found) == [201] + [403] * 9
