"""What is no acceptable picture is refused with the error that any upload gives, and nothing of it stays."""

from typing import Any

import pytest

from uploads_app.models import BannedPicture, TusUpload, UploadedFile
from uploads_app.tests.image_factories import jpeg_bytes, png_bytes
from uploads_app.tests.tus.client import Sender, nothing_is_left

pytestmark = pytest.mark.django_db
PICTURE = jpeg_bytes((200, 200), noisy=True)
CORRUPT = PICTURE[:-400]
SIZE = len(CORRUPT)


def refused(answer: Any) -> tuple[int, str]:
    assert nothing_is_left()
    assert not UploadedFile.objects.filter(lifecycle="ready").exists()
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("size", [0, 3000])
def test_damage_is_422_and_its_address_tells_so_later(sender: Sender, size: int) -> None:
    url = sender.begin(SIZE)
    if size:
        sender.send(url, 0, CORRUPT[:size])
    answer = sender.send(url, size, CORRUPT[size:])
    assert refused(answer) == (422, "corrupt_image")
    found = sender.shown(url).json()
    assert (found["state"], found["file"]) == ("refused", None)
    assert found["problem"] == answer.json()
    assert sender.head(url).status_code == sender.send(url, size, b"x").status_code == 410


def test_too_many_pixels_are_422(sender: Sender, settings: Any) -> None:
    settings.VITRINE_MAX_PIXELS = 1000
    assert refused(sender.send_all(PICTURE, size=3000)) == (422, "too_many_pixels")


def test_what_is_no_picture_is_415_by_its_first_bytes(sender: Sender) -> None:
    url = sender.begin(10_000)
    assert refused(sender.send(url, 0, b"%PDF-1.7" + bytes(100))) == (415, "unsupported_media_type")
    assert sender.shown(url).json()["state"] == "refused"


def test_with_the_request_to_begin_it_is_the_same(sender: Sender) -> None:
    assert refused(sender.start(SIZE, CORRUPT)) == (422, "corrupt_image")
    assert refused(sender.start(SIZE, b"GIF89a" + bytes(100))) == (415, "unsupported_media_type")
    assert refused(sender.start(SIZE, CORRUPT + b"x")) == (413, "file_too_large")
    bad = {"Upload-Checksum": "sha1 AAAA"}
    assert refused(sender.start(SIZE, CORRUPT, headers=bad)) == (460, "checksum_mismatch")
    assert not TusUpload.objects.under_way().exists()


def test_a_banned_picture_is_422(sender: Sender) -> None:
    made = UploadedFile.objects.get(pk=sender.send_all(PICTURE)["Upload-File"])
    BannedPicture.objects.create(sha256=made.sha256, reason="spam", banned_by_name="staff")
    sender.api.delete(f"/api/upload/{made.pk}")
    assert refused(sender.send_all(PICTURE, size=3000)) == (422, "banned_image")


def test_another_accepted_type_than_was_said_is_taken_as_in_a_form(sender: Sender) -> None:
    answer = sender.send_all(png_bytes((64, 48)), filetype="image/jpeg")
    assert UploadedFile.objects.get(pk=answer["Upload-File"]).content_type == "image/png"
