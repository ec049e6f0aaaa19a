"""A picture in parts becomes the file that any upload makes, once."""

import base64
import hashlib
from typing import Any

import pytest
from rest_framework.test import APIClient

from uploads_app.models import StorageUsage, TusPart, TusUpload, UploadedFile
from uploads_app.observing.metrics import REGISTRY
from uploads_app.services.tus import parts
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.tus.client import START, Sender, nothing_is_left
from users.models import User

pytestmark = pytest.mark.django_db
PICTURE = jpeg_bytes((640, 480))


@pytest.mark.parametrize("size", [0, 1000, 4096, len(PICTURE) - 1])
def test_it_becomes_a_file_with_all_that_an_upload_says(sender: Sender, owner: User, size: int) -> None:
    answer = sender.send_all(PICTURE, size=size, alt_text="A lamp", caption="In the\nevening")
    assert answer.status_code == 204
    assert answer.content == b""
    file = UploadedFile.objects.get(pk=answer["Upload-File"])
    assert (file.owner, file.category, file.original_filename) == (owner, "general", "picture.jpg")
    assert (file.alt_text, file.caption) == ("A lamp", "In the\nevening")
    assert (file.lifecycle, file.width, file.height) == ("ready", 640, 480)
    usage = StorageUsage.objects.get(owner=owner)
    assert (usage.files, usage.bytes) == (1, file.file_size)
    assert nothing_is_left(files=1)


def test_it_is_counted_as_what_came_in_parts(sender: Sender) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("vitrine_uploads_total", {"way": "tus", "outcome": "ok"}) or 0.0

    before = counted()
    sender.send_all(PICTURE, size=4096)
    assert counted() == before + 1


def test_its_address_shows_the_file_as_any_upload_answers_it(sender: Sender) -> None:
    url = sender.begin(len(PICTURE))
    sender.send(url, 0, PICTURE[:5000])
    early = sender.shown(url).json()
    assert (early["state"], early["offset"], early["length"]) == ("open", 5000, len(PICTURE))
    assert early["file"] is early["problem"] is None
    sender.send(url, 5000, PICTURE[5000:])
    late = sender.shown(url).json()
    assert (late["state"], late["offset"], late["problem"]) == ("done", len(PICTURE), None)
    listed = sender.api.get("/api/upload/my-files").json()["results"][0]
    assert late["file"] == {name: listed[name] for name in late["file"]}


def test_with_its_first_bytes_it_is_one_request(sender: Sender) -> None:
    answer = sender.start(len(PICTURE), PICTURE)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(PICTURE)))
    assert UploadedFile.objects.get().pk == TusUpload.objects.get().pk
    assert answer["Upload-File"] == str(UploadedFile.objects.get().pk)
    assert nothing_is_left(files=1)


def test_it_goes_on_from_what_came_with_the_first_request(sender: Sender) -> None:
    answer = sender.start(len(PICTURE), PICTURE[:3000])
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "3000")
    assert "Upload-File" not in answer
    assert sender.send(answer["Location"], 3000, PICTURE[3000:]).status_code == 204
    assert nothing_is_left(files=1)


def test_who_lost_the_last_answer_learns_of_the_file_and_stores_nothing_twice(sender: Sender) -> None:
    url = sender.begin(len(PICTURE))
    sender.send(url, 0, PICTURE[:3000])
    first = sender.send(url, 3000, PICTURE[3000:])
    again = sender.send(url, 3000, PICTURE[3000:])
    assert (first.status_code, again.status_code) == (204, 409)
    found = sender.head(url)
    assert found["Upload-Offset"] == found["Upload-Length"] == str(len(PICTURE))
    assert found["Upload-File"] == first["Upload-File"]
    assert sender.send(url, len(PICTURE), b"")["Upload-File"] == first["Upload-File"]
    assert nothing_is_left(files=1)


def test_small_parts_are_put_together_so_that_there_are_never_many(sender: Sender, settings: Any) -> None:
    settings.VITRINE_TUS_SMALL_PART = 1000
    url = sender.begin(len(PICTURE))
    for offset in range(0, 5000, 50):
        assert sender.send(url, offset, PICTURE[offset : offset + 50]).status_code == 204
        assert TusPart.objects.count() <= offset // 1000 + 1
    assert sender.send(url, 5000, PICTURE[5000:]).status_code == 204
    assert nothing_is_left(files=1)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_that_come_to_their_checksum_are_kept(sender: Sender, algorithm: str) -> None:
    url = sender.begin(len(PICTURE))
    digest = base64.b64encode(hashlib.new(algorithm, PICTURE[:900]).digest()).decode()
    answer = sender.send(url, 0, PICTURE[:900], {"Upload-Checksum": f"{algorithm} {digest}"})
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "900")


def test_an_idempotency_key_leads_to_the_same_upload(sender: Sender) -> None:
    key = {"Idempotency-Key": "k1"}
    first = sender.start(len(PICTURE), PICTURE[:100], headers=key)
    again = sender.start(len(PICTURE), PICTURE[:100], headers=key)
    assert first["Location"] == again["Location"]
    assert (again["Upload-Offset"], again["Idempotent-Replayed"]) == ("100", "true")
    other = sender.start(len(PICTURE) + 1, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_first_bytes_that_come_second_to_others_under_the_same_key_end_nothing(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sent them lost the connection, asked for the address again by the key, and went on from there."""
    key, write = {"Idempotency-Key": "k1"}, parts.write

    def others_first(part: TusPart, spooled: Any) -> None:
        monkeypatch.setattr(parts, "write", write)
        url = sender.start(len(PICTURE), headers=key)["Location"]
        assert sender.send(url, 0, PICTURE[:3000]).status_code == 204
        write(part, spooled)

    monkeypatch.setattr(parts, "write", others_first)
    answer = sender.start(len(PICTURE), PICTURE[:100], headers=key)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "3000")
    assert sender.send(answer["Location"], 3000, PICTURE[3000:]).status_code == 204
    assert nothing_is_left(files=1)


def test_a_session_sends_its_csrf_token_with_every_request_that_changes(place: str, owner: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(owner)
    client.cookies["csrftoken"] = token = "c" * 32
    sender = Sender(client)
    assert sender.start(len(PICTURE)).status_code == 403
    assert sender.start(len(PICTURE), PICTURE[:99]).status_code == 403
    url = sender.start(len(PICTURE), PICTURE[:99], headers={"X-CSRFToken": token})["Location"]
    assert sender.send(url, 99, PICTURE[99:]).status_code == 403
    assert sender.send(url, 99, PICTURE[99:], {"X-CSRFToken": token}).status_code == 204
    assert url.startswith(f"{START}/")
