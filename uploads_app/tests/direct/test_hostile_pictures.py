"""Bombs, damage, disguises and banned pictures fare as in a normal upload, and nothing of them stays."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from uploads_app.images.errors import UnsupportedMediaType
from uploads_app.images.formats import sniff
from uploads_app.models import UploadedFile
from uploads_app.services.moderation.bans import ban
from uploads_app.tests.direct.client import Sender, nothing_is_left
from uploads_app.tests.factories import uploaded
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.images.corpus import rows
from users.models import User

pytestmark = pytest.mark.django_db
BOMBS = (
    "png_65537x65537_rgba_hdr.png",
    "jpeg_prog_9000x9000_3000scans.jpg",
    "webp_lossy_14000x14000.webp",
    "apng_4000x4000_5000frames.png",
)


@pytest.mark.shared
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_and_nothing_of_it_stays(sender: Sender, shared: Path, name: str) -> None:
    data = (shared / "corpus/bombs" / name).read_bytes()
    answer = sender.send_all(data, content_type=sniff(data).content_type)
    assert answer.status_code in (413, 422), answer.content
    assert not UploadedFile.objects.exists()
    assert nothing_is_left()


@pytest.mark.shared
@pytest.mark.timeout(300)
def test_disguises_fare_as_in_a_normal_upload(sender: Sender, shared: Path) -> None:
    for row in rows("polyglots"):
        data = row.path.read_bytes()
        sent = SimpleUploadedFile("picture.jpg", data, "image/jpeg")
        normal = sender.api.post("/api/upload/general", {"file": sent}, format="multipart")
        direct = sender.send_all(data, content_type=_type(data))
        assert direct.status_code == normal.status_code, row.id
        if direct.status_code == 201:
            one, other = (_bytes(sender, answer) for answer in (normal, direct))
            assert one == other, row.id
        else:
            assert direct.json()["code"] == normal.json()["code"], row.id
    assert nothing_is_left(files=UploadedFile.objects.filter(lifecycle="ready").count())


def test_a_damaged_picture_is_422(sender: Sender) -> None:
    answer = sender.send_all(jpeg_bytes((200, 200), noisy=True)[:-400])
    assert (answer.status_code, answer.json()["code"]) == (422, "corrupt_image")
    assert nothing_is_left()


def test_what_is_no_picture_is_415(sender: Sender) -> None:
    answer = sender.send_all(b"<script>alert(1)</script>")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert nothing_is_left()


def test_a_banned_picture_is_422(sender: Sender, stranger: User, staff: User) -> None:
    data = jpeg_bytes((200, 150), noisy=True)
    file = uploaded(stranger, data)
    staff.is_superuser = True
    staff.save(update_fields=["is_superuser"])
    with transaction.atomic():
        ban(file=file, hashes=frozenset(), by=staff, reason="stolen")
    answer = sender.send_all(data)
    assert (answer.status_code, answer.json()["code"]) == (422, "banned_image")
    assert not UploadedFile.objects.filter(owner__username="owner").exists()


def _type(data: bytes) -> str:
    try:
        return sniff(data).content_type
    except UnsupportedMediaType:
        return "image/jpeg"


def _bytes(sender: Sender, answer: Any) -> str:
    return hashlib.sha256(sender.api.get(answer.json()["file_url"]).content).hexdigest()
