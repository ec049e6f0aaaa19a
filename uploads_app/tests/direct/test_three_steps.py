"""Announced, sent, completed: a direct upload ends as any upload does."""

import hashlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.dateparse import parse_datetime
from PIL import Image

from uploads_app.models import DirectUpload, StorageUsage, UploadedFile
from uploads_app.tests.direct.client import Sender, incoming, nothing_is_left, send
from uploads_app.tests.image_factories import exif_bytes, jpeg_bytes, png_bytes, webp_bytes
from users.models import User

pytestmark = pytest.mark.django_db
PICTURE = jpeg_bytes((120, 90), noisy=True, exif=exif_bytes(gps=True))
OF_ITS_OWN = {"file_id", "file_url", "filename", "uploaded_at", "renditions", "srcset"}


def test_the_answer_has_the_shape_of_the_contract(sender: Sender, place: str) -> None:
    begun = sender.begin(PICTURE)
    assert set(begun) == {"file_id", "upload"}
    form = begun["upload"]
    assert set(form) == {"method", "url", "fields", "headers", "expires_at"}
    assert form["method"] == "POST"
    assert form["url"].startswith("http")
    assert parse_datetime(form["expires_at"]) == DirectUpload.objects.get(pk=begun["file_id"]).expires_at


def test_it_ends_in_what_a_normal_upload_answers(sender: Sender) -> None:
    sent = SimpleUploadedFile("picture.jpg", PICTURE, "image/jpeg")
    normal = sender.api.post("/api/upload/general", {"file": sent}, format="multipart")
    direct = sender.send_all(PICTURE)
    assert direct.status_code == normal.status_code == 201
    one, other = direct.json(), normal.json()
    assert one.keys() == other.keys()
    assert {k: v for k, v in one.items() if k not in OF_ITS_OWN} == {
        k: v for k, v in other.items() if k not in OF_ITS_OWN
    }
    assert direct["Location"] == one["file_url"]
    assert one["removed_metadata"] == ["exif", "gps"]


def test_what_is_stored_is_clean_and_the_pixels_are_those_that_were_sent(sender: Sender) -> None:
    answer = sender.send_all(PICTURE).json()
    served = sender.api.get(answer["file_url"]).content
    assert b"Exif" not in served
    assert Image.open(BytesIO(served)).tobytes() == Image.open(BytesIO(PICTURE)).tobytes()
    assert nothing_is_left(files=1)


@pytest.mark.parametrize(
    ("data", "content_type", "category"),
    [
        (png_bytes(), "image/png", "gig"),
        (webp_bytes(), "image/webp", "profile"),
        (jpeg_bytes(), "IMAGE/JPEG", "general"),
    ],
)
def test_every_format_and_category_is_taken(
    sender: Sender, data: bytes, content_type: str, category: str
) -> None:
    answer = sender.send_all(data, content_type=content_type, upload_category=category)
    assert answer.status_code == 201, answer.content
    assert answer.json()["content_type"] == content_type.lower()
    assert answer.json()["upload_category"] == category


def test_the_file_has_the_id_and_the_name_that_were_announced(sender: Sender) -> None:
    begun = sender.begin(
        PICTURE, filename="../a\u202egpj.exe", sha256=hashlib.sha256(PICTURE).hexdigest().upper()
    )
    send(begun, PICTURE)
    answer = sender.complete(begun).json()
    assert answer["file_id"] == begun["file_id"]
    assert answer["original_filename"] == "_agpj.exe"
    assert sender.api.get(f"/api/upload/{begun['file_id']}").status_code == 200


def test_bytes_go_to_a_key_that_is_never_the_files(sender: Sender) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    [key] = incoming()
    sender.complete(begun)
    assert UploadedFile.objects.get().key.rpartition("/")[2].partition(".")[0] not in key


def test_usage_counts_the_file_once_it_is_there(sender: Sender, owner: User) -> None:
    begun = sender.begin(PICTURE)
    assert StorageUsage.objects.get(owner=owner).bytes == 0
    send(begun, PICTURE)
    size = sender.complete(begun).json()["file_size"]
    usage = StorageUsage.objects.get(owner=owner)
    assert (usage.files, usage.bytes) == (1, size)


def test_completing_again_gives_the_same_answer_and_stores_nothing_twice(sender: Sender) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    first, again = sender.complete(begun), sender.complete(begun)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert nothing_is_left(files=1)


def test_before_anything_was_sent_completing_is_409_and_may_be_tried_again(sender: Sender) -> None:
    begun = sender.begin(PICTURE)
    early = sender.complete(begun)
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    assert "not arrived" in early.json()["detail"]
    assert send(begun, PICTURE).status_code == 204
    assert sender.complete(begun).status_code == 201


def test_a_file_that_came_another_way_is_not_completed(sender: Sender) -> None:
    sent = SimpleUploadedFile("a.jpg", PICTURE, "image/jpeg")
    made = sender.api.post("/api/upload/general", {"file": sent}, format="multipart").json()
    assert sender.complete(made).status_code == 409
