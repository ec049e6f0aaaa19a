"""Every collected file and photograph, through the real endpoint: the verdict, and what is served after."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageOps
from rest_framework.test import APIClient

from uploads_app.models import UploadedFile
from uploads_app.tests.image_factories import QUADRANTS
from uploads_app.tests.images.corpus import Row, absent, photos, rows
from uploads_app.tests.images.pixels import decoded, everything_in
from uploads_app.tests.stored import all_stored, stored
from users.models import User

pytestmark = [absent, pytest.mark.shared, pytest.mark.django_db]

ALL = rows("valid", "invalid", "orientation", "polyglots", "wrongtype") + photos()
REFUSALS = {413, 415, 422}


@pytest.fixture
def client(owner: User, signed_in: Callable[[User], APIClient]) -> APIClient:
    return signed_in(owner)


def send(client: APIClient, row: Row) -> Any:
    sent = SimpleUploadedFile(row.path.name, row.path.read_bytes(), "image/jpeg")
    return client.post("/api/upload/general", {"file": sent}, format="multipart")


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.id)
def test_the_endpoint_answers_as_the_manifest_says(row: Row, client: APIClient) -> None:
    answer = send(client, row)
    if row.expectation == "reject":
        assert answer.status_code in REFUSALS | ({400} if not row.path.stat().st_size else set())
    elif row.expectation == "accept":
        assert answer.status_code == 201, answer.content
    else:
        assert answer.status_code in REFUSALS | {201}
    if answer.status_code != 201:
        assert not UploadedFile.objects.exists()
        assert not all_stored()
        return
    body = answer.json()
    served = client.get(body["file_url"]).content
    assert len(served) == body["file_size"]
    assert served == stored(UploadedFile.objects.get()).read_bytes()
    if row.expectation == "accept":
        assert decoded(served) == decoded(row.path.read_bytes()), "pixels changed"
    if row.marker and not row.marker.startswith("("):
        assert row.marker.encode() not in everything_in(served)
    with Image.open(io.BytesIO(served)) as picture:
        upright = ImageOps.exif_transpose(picture)
    assert (body["width"], body["height"]) == upright.size
    if row.upright:
        assert f"{body['width']}x{body['height']}" == row.upright
    if row.reference.startswith("TL"):
        _assert_quadrants(upright)


def _assert_quadrants(upright: Image.Image) -> None:
    """Red, green, blue and yellow from the top left, each near enough to be told from the others."""
    picture = upright.convert("RGB")
    width, height = picture.size
    corners = {
        "TL": (width // 4, height // 4),
        "TR": (3 * width // 4, height // 4),
        "BL": (width // 4, 3 * height // 4),
        "BR": (3 * width // 4, 3 * height // 4),
    }
    for corner, place in corners.items():
        seen = picture.getpixel(place)
        assert isinstance(seen, tuple)
        nearest = min(
            QUADRANTS, key=lambda name: sum((a - b) ** 2 for a, b in zip(QUADRANTS[name], seen, strict=True))
        )
        assert nearest == corner


@pytest.mark.parametrize("row", photos(), ids=lambda row: row.id)
def test_no_position_survives_in_a_photograph(row: Row, client: APIClient) -> None:
    body = send(client, row).json()
    served = client.get(body["file_url"]).content
    with Image.open(io.BytesIO(served)) as picture:
        exif = picture.getexif()
        assert set(exif) <= {0x0112}
        assert not exif.get_ifd(0x8825)
        assert "xmp" not in picture.info
    with Image.open(row.path) as original:
        had_position = bool(original.getexif().get_ifd(0x8825))
    assert ("gps" in body["removed_metadata"]) == had_position
