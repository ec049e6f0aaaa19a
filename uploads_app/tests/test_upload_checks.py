"""What an upload refuses, with which words, and that a refusal leaves nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from uploads_app.models import StorageUsage, UploadedFile
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.stored import all_stored
from users.models import User

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], APIClient]
URL = "/api/upload/general"


def upload(client: APIClient, data: bytes, name: str = "a.jpg", **fields: Any) -> Any:
    sent = SimpleUploadedFile(name, data, fields.pop("content_type", "image/jpeg"))
    return client.post(URL, {"file": sent, **fields}, format="multipart")


@pytest.fixture
def nothing_stays(settings: Any) -> Callable[[], None]:
    def check() -> None:
        assert not UploadedFile.objects.exists()
        assert not StorageUsage.objects.filter(bytes__gt=0).exists()
        assert all_stored() == set()
        assert not [path for path in settings.VITRINE_SPOOL_DIR.rglob("*") if path.is_file()]

    return check


def test_a_file_over_the_limit_is_413(
    owner: User, signed_in: SignedIn, settings: Any, nothing_stays: Callable[[], None]
) -> None:
    settings.VITRINE_MAX_FILE_SIZE = 10_000
    answer = upload(signed_in(owner), b"\xff\xd8" + b"x" * 10_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    nothing_stays()


def test_a_body_that_is_announced_too_long_is_413_before_it_is_read(owner: User, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    form, length = "multipart/form-data; boundary=x", {"Content-Length": "2000000000"}
    answer = client.generic("POST", URL, "", content_type=form, headers=length)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


@pytest.mark.parametrize("path", ["/api/upload/profile/set", "/api/auth/token", "/api/gigs", "/api/users/me"])
def test_a_json_body_over_a_megabyte_is_413(owner: User, signed_in: SignedIn, path: str) -> None:
    blank = " " * (1024 * 1024 + 1)
    answer = signed_in(owner).generic("PUT", path, blank, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


def test_a_cut_picture_is_422(owner: User, signed_in: SignedIn, nothing_stays: Callable[[], None]) -> None:
    answer = upload(signed_in(owner), jpeg_bytes(size=(200, 200))[:-400])
    assert (answer.status_code, answer.json()["code"]) == (422, "corrupt_image")
    nothing_stays()


def test_too_many_pixels_are_422(
    owner: User, signed_in: SignedIn, settings: Any, nothing_stays: Callable[[], None]
) -> None:
    settings.VITRINE_MAX_PIXELS = 9_999
    answer = upload(signed_in(owner), jpeg_bytes(size=(100, 100)))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_pixels")
    nothing_stays()


@pytest.mark.parametrize(
    "claimed", ["image/png, text/html", "IMAGE/PNG", "image/svg+xml;x=image/png", "", "x"]
)
def test_the_claimed_type_decides_nothing(owner: User, signed_in: SignedIn, claimed: str) -> None:
    answer = upload(signed_in(owner), jpeg_bytes(size=(8, 8)), content_type=claimed)
    assert (answer.status_code, answer.json()["content_type"]) == (201, "image/jpeg")
    html = upload(signed_in(owner), b"<script>alert(1)</script>", content_type="image/png", name="x.png")
    assert (html.status_code, html.json()["code"]) == (415, "unsupported_media_type")


def test_an_empty_file_is_refused(
    owner: User, signed_in: SignedIn, nothing_stays: Callable[[], None]
) -> None:
    answer = upload(signed_in(owner), b"")
    assert answer.status_code in (400, 415)
    nothing_stays()


def test_no_file_is_400_and_says_which_field(owner: User, signed_in: SignedIn) -> None:
    answer = signed_in(owner).post(URL, {"alt_text": "x"}, format="multipart")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["file"]


def test_text_in_place_of_the_file_is_400(owner: User, signed_in: SignedIn) -> None:
    assert signed_in(owner).post(URL, {"file": "abc"}, format="multipart").status_code == 400


def test_two_files_are_400(owner: User, signed_in: SignedIn, nothing_stays: Callable[[], None]) -> None:
    files = [SimpleUploadedFile(f"{n}.jpg", jpeg_bytes(size=(8, 8)), "image/jpeg") for n in range(2)]
    assert signed_in(owner).post(URL, {"file": files}, format="multipart").status_code == 400
    nothing_stays()


def test_a_json_body_is_415(owner: User, signed_in: SignedIn) -> None:
    assert signed_in(owner).post(URL, {"file": "abc"}, format="json").status_code == 415


def test_a_failure_of_the_disk_is_503_and_leaves_nothing(
    owner: User,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    media: Path,
) -> None:
    def refuse(*args: object) -> None:
        raise OSError(28, "No space left on device")

    client = signed_in(owner)
    with monkeypatch.context() as patch:
        patch.setattr("uploads_app.storage.local.os.link", refuse)
        answer = upload(client, jpeg_bytes(size=(8, 8)))
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer["Retry-After"]) > 0
    assert UploadedFile.objects.get().lifecycle == UploadedFile.Lifecycle.PURGED
    assert StorageUsage.objects.get().bytes == 0
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert upload(client, jpeg_bytes(size=(8, 8))).status_code == 201


@pytest.mark.parametrize(
    "x", ["1" + "0" * 400, "NaN", "Infinity", "-0.1", "1.1", '"0.5"', "true", "null", "[]"]
)
def test_a_focal_point_outside_the_picture_is_400(owner: User, signed_in: SignedIn, x: str) -> None:
    client = signed_in(owner)
    url = upload(client, jpeg_bytes(size=(8, 8))).json()["file_url"]
    body = f'{{"focal_point": {{"x": {x}, "y": 0.5}}}}'
    answer = client.generic("PATCH", f"{url}/metadata", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    right = client.patch(f"{url}/metadata", {"focal_point": {"x": 0.25, "y": 1}}, format="json")
    assert right.json()["focal_point"] == {"x": 0.25, "y": 1.0}


@pytest.mark.parametrize("path", ["/admin/login/", "/healthz", "/nothing"])
def test_a_body_as_long_as_a_picture_is_413_where_no_picture_comes_in(client: Client, path: str) -> None:
    sent = SimpleUploadedFile("a.jpg", b"x" * (1024 * 1024 + 1))
    assert client.post(path, {"file": sent}).status_code == 413


def test_extra_fields_change_nothing(owner: User, stranger: User, signed_in: SignedIn) -> None:
    answer = upload(
        signed_in(owner),
        jpeg_bytes(size=(8, 8)),
        owner=stranger.pk,
        moderation="approved",
        lifecycle="purged",
        category="profile",
        key="../../x",
    )
    assert answer.status_code == 201
    file = UploadedFile.objects.get()
    assert (file.owner, file.moderation, file.lifecycle, file.category) == (
        owner,
        "unreviewed",
        "ready",
        "general",
    )
