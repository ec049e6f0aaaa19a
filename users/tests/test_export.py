"""Taking everything that is one's own along."""

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from uploads_app.models import Report
from uploads_app.tests.factories import FileFactory, store_bytes
from uploads_app.tests.stored import failing
from users.models import Profile, User
from users.services.export import export
from users.tests.factories import BuddyFactory

SignIn = Callable[[User], APIClient]


def opened(pieces: Any) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert archive.testzip() is None
    return archive


def metadata(archive: zipfile.ZipFile) -> Any:
    return json.loads(archive.read("metadata.json"))


def test_the_export_holds_every_ready_file_and_its_metadata(
    owner: User, stranger: User, signed_in: SignIn
) -> None:
    first = FileFactory.create(owner=owner, original_filename="mit Äpfeln.jpg", alt_text="Äpfel")
    second = FileFactory.create(owner=owner, file="uploads/general/x.png", content_type="image/png")
    store_bytes(first, b"first bytes")
    store_bytes(second, b"second" * 100_000)
    store_bytes(FileFactory.create(owner=stranger), b"not yours")
    for state in ("pending", "deleted", "purged", "failed"):
        FileFactory.create(owner=owner, lifecycle=state)
    Profile.objects.filter(user=owner).update(display_name="Olga", image=first)

    answer: Any = signed_in(owner).get("/api/users/me/export")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="vitrine-owner.zip"'
    assert "no-store" in answer["Cache-Control"]
    archive = opened(answer.streaming_content)
    paths = {f"files/{first.pk}.jpg", f"files/{second.pk}.png"}
    assert set(archive.namelist()) == paths | {"metadata.json"}
    assert archive.read(f"files/{first.pk}.jpg") == b"first bytes"
    assert archive.read(f"files/{second.pk}.png") == b"second" * 100_000
    told = metadata(archive)
    assert told["account"]["username"] == "owner"
    assert told["account"]["email"] == "owner@example.com"
    assert told["profile"]["display_name"] == "Olga"
    assert {file["path"] for file in told["files"]} == paths
    described = next(file for file in told["files"] if file["file_id"] == str(first.pk))
    assert described["original_filename"] == "mit Äpfeln.jpg"
    assert described["alt_text"] == "Äpfel"
    assert [use["kind"] for use in described["in_use_by"]] == ["profile"]


def test_the_export_tells_no_secrets(owner: User, signed_in: SignIn) -> None:
    file = FileFactory.create(owner=owner)
    store_bytes(file)
    text = opened(export(owner)).read("metadata.json").decode()
    assert owner.password not in text
    assert owner.get_session_auth_hash() not in text
    assert file.key not in text


def test_the_export_names_ones_buddies_and_when_they_were_chosen(owner: User, stranger: User) -> None:
    first, second = (BuddyFactory.create(person=owner) for _ in range(2))
    BuddyFactory.create(person=stranger, buddy=owner)
    Profile.objects.filter(user=second.buddy).update(is_public=False)

    told = metadata(opened(export(owner)))["buddies"]

    assert told == [
        {"username": row.buddy.username, "since": row.created_at.isoformat()} for row in (first, second)
    ]


def test_the_export_holds_what_one_reported_and_nothing_of_others(owner: User, stranger: User) -> None:
    theirs, own = FileFactory.create(owner=stranger), FileFactory.create(owner=owner)
    row = Report.objects.create(file=theirs, reporter=owner, reason="stolen", detail="It is mine.")
    Report.objects.create(file=own, reporter=stranger, reason="spam", detail="Not for the owner.")

    archive = opened(export(owner))

    assert metadata(archive)["reports"] == [
        {
            "file_id": str(theirs.pk),
            "reason": "stolen",
            "detail": "It is mine.",
            "created_at": row.created_at.isoformat(),
        }
    ]
    assert b"Not for the owner." not in archive.read("metadata.json")


def test_a_person_without_files_gets_their_metadata(owner: User) -> None:
    assert opened(export(owner)).namelist() == ["metadata.json"]


def test_a_file_that_vanishes_meanwhile_is_noted(owner: User, signed_in: SignIn) -> None:
    files = [FileFactory.create(owner=owner) for _ in range(3)]
    paths = [store_bytes(file) for file in files]
    paths[1].unlink()

    answer: Any = signed_in(owner).get("/api/users/me/export")
    archive = opened(answer.streaming_content)

    told = {file["file_id"]: file["path"] for file in metadata(archive)["files"]}
    assert told[str(files[1].pk)] is None
    assert len([name for name in archive.namelist() if name.startswith("files/")]) == 2


def test_with_the_storage_away_the_answer_is_503_not_half_a_zip(owner: User, signed_in: SignIn) -> None:
    FileFactory.create(owner=owner)
    with failing("open_stored"):
        answer = signed_in(owner).get("/api/users/me/export")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_files_are_not_held_in_memory(owner: User) -> None:
    size = 30_000_000
    for _ in range(3):
        store_bytes(FileFactory.create(owner=owner), b"\0" * size)
    tracemalloc.start()
    sent = sum(len(piece) for piece in export(owner))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > 3 * size
    assert peak < 5_000_000


def test_the_number_of_queries_does_not_grow_with_the_files(
    owner: User, django_assert_num_queries: Any
) -> None:
    for _ in range(12):
        store_bytes(FileFactory.create(owner=owner))
        BuddyFactory.create(person=owner)
    # Profile, files, their uses by profiles and gigs, logins, buddies, reports.
    with django_assert_num_queries(8):
        b"".join(export(owner))


@pytest.mark.parametrize("accept", ["application/zip", "*/*", "application/json"])
def test_clients_may_ask_for_a_zip(owner: User, signed_in: SignIn, accept: str) -> None:
    answer = signed_in(owner).get("/api/users/me/export", headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")


def test_without_credentials_there_is_no_export(visitor: APIClient, db: None) -> None:
    assert visitor.get("/api/users/me/export").status_code == 401
