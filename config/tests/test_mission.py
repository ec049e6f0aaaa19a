"""The nine cases that the service exists for, each through the real endpoints."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from uploads_app.tests.image_factories import jpeg_bytes, png_bytes, webp_bytes
from uploads_app.tests.stored import all_stored
from users.models import User

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], APIClient]


def picture(data: bytes | None = None, name: str = "harbour.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or jpeg_bytes(size=(320, 240)), "image/jpeg")


def test_1_a_profile_picture_is_uploaded(owner: User, signed_in: SignedIn) -> None:
    answer = signed_in(owner).post("/api/upload/profile", {"file": picture()}, format="multipart")
    assert answer.status_code == 201
    body = answer.json()
    assert body["upload_category"] == "profile"
    assert (body["width"], body["height"], body["content_type"]) == (320, 240, "image/jpeg")
    assert answer["Location"] == body["file_url"] == f"/api/upload/{body['file_id']}"
    assert [key.rpartition("/")[0] for key in all_stored()] == ["uploads/profile"]


def test_2_a_gig_picture_is_uploaded_and_attached(owner: User, signed_in: SignedIn) -> None:
    gig = GigFactory.create(owner=owner)
    client = signed_in(owner)
    answer = client.post("/api/upload/gig", {"file": picture(), "gig_id": gig.pk}, format="multipart")
    assert answer.status_code == 201
    assert answer.json()["upload_category"] == "gig"
    shown = client.get(f"/api/upload/gig-images/{gig.pk}").json()
    assert shown["images"][-1]["file_id"] == answer.json()["file_id"]
    assert [key.rpartition("/")[0] for key in all_stored()] == ["uploads/gig"]


@pytest.mark.parametrize("name", ["notes.txt", "picture.jpg"])
def test_3_a_wrong_type_is_415_whatever_its_name(owner: User, signed_in: SignedIn, name: str) -> None:
    sent = picture(b"GIF89a" + b"\0" * 64, name)
    answer = signed_in(owner).post("/api/upload/general", {"file": sent}, format="multipart")
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"
    assert not UploadedFile.objects.exists()
    assert not all_stored()


@pytest.mark.parametrize(
    ("make", "content_type"),
    [(jpeg_bytes, "image/jpeg"), (png_bytes, "image/png"), (webp_bytes, "image/webp")],
)
def test_4_a_picture_is_served_with_its_true_type(
    owner: User, signed_in: SignedIn, make: Callable[..., bytes], content_type: str
) -> None:
    client = signed_in(owner)
    sent = picture(make(size=(64, 48)), "misnamed.bin")
    url = client.post("/api/upload/general", {"file": sent}, format="multipart").json()["file_url"]
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == content_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    body = answer.content
    assert len(body) == int(answer["Content-Length"])
    stored = UploadedFile.objects.get()
    assert stored.file_size == len(body)


def test_5_an_absent_file_is_404(owner: User, signed_in: SignedIn) -> None:
    answer = signed_in(owner).get("/api/upload/00000000-0000-4000-8000-000000000000")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_6_files_are_listed_newest_first_in_pages_and_by_category(owner: User, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    sent = []
    for category in ("general", "profile", "general", "gig", "general"):
        made = client.post(f"/api/upload/{category}", {"file": picture()}, format="multipart")
        sent.append((made.json()["file_id"], category))
    newest = [file_id for file_id, _ in reversed(sent)]

    first = client.get("/api/upload/my-files/?limit=3").json()
    second = client.get(first["next"]).json()
    assert [f["file_id"] for f in first["results"] + second["results"]] == newest
    assert second["next"] is None
    assert client.get(second["previous"]).json()["results"] == first["results"]

    general = client.get("/api/upload/my-files/?category=general").json()["results"]
    assert [f["file_id"] for f in general] == [i for i, c in reversed(sent) if c == "general"]


def test_7_a_deletion_is_soft_in_the_record_and_physical_on_disk(owner: User, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    url = client.post("/api/upload/general", {"file": picture()}, format="multipart").json()["file_url"]
    assert all_stored()
    assert client.delete(url).status_code == 204
    record = UploadedFile.objects.get()
    assert not record.is_active
    assert record.lifecycle == UploadedFile.Lifecycle.PURGED
    assert not all_stored()
    assert client.get(url).status_code == 404
    assert client.delete(url).status_code == 404


def test_8_a_profile_image_is_set(owner: User, signed_in: SignedIn, visitor: APIClient) -> None:
    client = signed_in(owner)
    made = client.post("/api/upload/profile", {"file": picture()}, format="multipart").json()
    assert visitor.get(made["file_url"]).status_code == 401
    answer = client.put("/api/upload/profile/set", {"file_id": made["file_id"]}, format="json")
    assert answer.status_code == 200
    assert answer.json()["profile_image_url"] == made["file_url"]
    assert visitor.get("/api/users/owner").json()["profile_image_url"] == made["file_url"]
    assert visitor.get(made["file_url"]).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/api/upload/profile"),
        ("post", "/api/upload/gig"),
        ("post", "/api/upload/general"),
        ("get", "/api/upload/my-files/"),
        ("get", "/api/upload/usage"),
        ("get", "/api/upload/00000000-0000-4000-8000-000000000000"),
        ("delete", "/api/upload/00000000-0000-4000-8000-000000000000"),
        ("put", "/api/upload/profile/set"),
        ("put", "/api/upload/gig-images/1"),
        ("get", "/api/users/me"),
    ],
)
def test_9_without_credentials_it_is_401(visitor: APIClient, db: None, method: str, path: str) -> None:
    answer = getattr(visitor, method)(path)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"].startswith("Bearer")
