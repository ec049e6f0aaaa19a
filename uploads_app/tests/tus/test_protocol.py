"""The protocol, row by row: tus 1.0.0 with creation, creation-with-upload, termination, expiration, checksum."""

import base64
import hashlib
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from uploads_app.models import TusUpload, UploadedFile
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.tus.client import BYTES, METADATA, START, VERSION, Sender, encoded, nothing_is_left

pytestmark = pytest.mark.django_db
PICTURE = jpeg_bytes((64, 48))
SIZE = len(PICTURE)
OFFSET = {"Upload-Offset": "0", "Content-Type": BYTES}


@pytest.fixture
def url(sender: Sender) -> str:
    return sender.begin(SIZE)


def test_options_say_what_is_spoken_here(sender: Sender, url: str, settings: Any) -> None:
    for address in (START, url):
        answer = sender.api.options(address)
        assert answer.status_code == 204
        assert answer["Tus-Version"] == "1.0.0"
        assert answer["Tus-Extension"] == "creation,creation-with-upload,termination,expiration,checksum"
        assert answer["Tus-Max-Size"] == str(settings.VITRINE_MAX_FILE_SIZE)
        assert answer["Tus-Checksum-Algorithm"] == "sha256,sha1"


def test_begun_is_201_with_its_address_and_its_end(sender: Sender) -> None:
    answer = sender.start(SIZE)
    row = TusUpload.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"{START}/{row.pk}"
    assert answer["Upload-Offset"] == "0"
    assert parsedate_to_datetime(answer["Upload-Expires"]) == row.expires_at.replace(microsecond=0)


def test_head_tells_how_far_it_is_and_is_kept_by_nobody(sender: Sender, url: str) -> None:
    sender.send(url, 0, PICTURE[:30])
    answer = sender.head(url)
    assert (answer.status_code, answer.content) == (200, b"")
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("30", str(SIZE))
    assert answer["Upload-Metadata"] == encoded(**METADATA)
    assert answer["Cache-Control"] == "no-store"
    assert "Upload-File" not in answer


def test_bytes_are_answered_204_with_the_new_offset_and_the_end(sender: Sender, url: str) -> None:
    answer = sender.send(url, 0, PICTURE[:30])
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "30")
    assert "Upload-Expires" in answer
    assert "Upload-File" not in answer


def test_no_bytes_at_the_right_place_are_204_and_change_nothing(sender: Sender, url: str) -> None:
    assert sender.send(url, 0, b"")["Upload-Offset"] == "0"
    assert TusUpload.objects.get().parts.count() == 0


@pytest.mark.parametrize(
    ("method", "headers"), [("post", {}), ("patch", OFFSET), ("head", {}), ("delete", {})]
)
@pytest.mark.parametrize("version", ["", "0.2.2", "1.0.0, 0.2.2", "2"])
def test_another_version_is_412_and_says_which_is_spoken(
    sender: Sender, url: str, method: str, headers: dict[str, str], version: str
) -> None:
    said = headers | {"Tus-Resumable": version, "Upload-Length": "9", "Upload-Metadata": encoded(**METADATA)}
    answer = sender.call(method, START if method == "post" else url, said, PICTURE[:5] if headers else b"")
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    assert TusUpload.objects.get().offset == 0


@pytest.mark.parametrize("start", [0, 29, 31, SIZE])
def test_another_offset_is_409_and_changes_nothing(sender: Sender, url: str, start: int) -> None:
    sender.send(url, 0, PICTURE[:30])
    answer = sender.send(url, start, b"x")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert sender.offset(url) == 30


@pytest.mark.parametrize("said", ["", "-1", "x", "1.5", "٣"])
def test_an_offset_that_is_none_is_400(sender: Sender, url: str, said: str) -> None:
    assert sender.send(url, 0, PICTURE, {"Upload-Offset": said}).status_code == 400
    assert sender.offset(url) == 0


@pytest.mark.parametrize(
    "kind", ["application/octet-stream", "image/jpeg", "multipart/form-data; boundary=x"]
)
def test_bytes_of_another_type_are_415(sender: Sender, url: str, kind: str) -> None:
    assert sender.send(url, 0, PICTURE, {"Content-Type": kind}).status_code == 415
    assert sender.offset(url) == 0


def test_a_body_in_chunks_of_which_nothing_arrives_is_400(sender: Sender, url: str) -> None:
    answer = sender.send(url, 0, b"", {"Transfer-Encoding": "chunked"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == ["Content-Length"]
    assert sender.start(SIZE, headers={"Transfer-Encoding": "chunked"}).status_code == 400
    assert TusUpload.objects.count() == 1


def test_more_than_was_announced_is_413_and_nothing_of_it_stays(sender: Sender, url: str) -> None:
    sender.send(url, 0, PICTURE[:30])
    answer = sender.send(url, 30, PICTURE[30:] + b"x")
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert sender.offset(url) == 30
    assert TusUpload.objects.get().parts.count() == 1
    assert not UploadedFile.objects.exists()


def test_bytes_that_do_not_come_to_their_checksum_are_460_and_nothing_of_them_stays(
    sender: Sender, url: str
) -> None:
    digest = base64.b64encode(hashlib.sha256(b"others").digest()).decode()
    answer = sender.send(url, 0, PICTURE[:30], {"Upload-Checksum": f"sha256 {digest}"})
    assert (answer.status_code, answer.json()["code"]) == (460, "checksum_mismatch")
    assert answer.json()["status"] == 460
    assert sender.offset(url) == 0
    assert sender.end(url).status_code == 204
    assert nothing_is_left()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("md5 Zw==", 400),
        ("sha512 Zw==", 400),
        ("SHA1 Zw==", 400),
        ("crc32 AAAA", 400),
        ("sha1 !!!", 400),
        ("sha1 Zw==", 460),
        ("sha256", 460),
    ],
)
def test_a_checksum_by_an_unknown_algorithm_or_that_is_none_keeps_nothing(
    sender: Sender, url: str, said: str, status: int
) -> None:
    assert sender.send(url, 0, PICTURE[:30], {"Upload-Checksum": said}).status_code == status
    assert sender.offset(url) == 0


def test_an_ended_one_is_204_then_410_and_nothing_stays(sender: Sender, url: str) -> None:
    sender.send(url, 0, PICTURE[:30])
    assert sender.end(url).status_code == 204
    assert nothing_is_left()
    for answer in (sender.end(url), sender.head(url), sender.send(url, 30, b"x"), sender.shown(url)):
        assert answer.status_code == 410
        assert "Upload-Offset" not in answer


def test_one_that_is_a_file_is_ended_by_deleting_the_file(sender: Sender, url: str) -> None:
    sender.send(url, 0, PICTURE)
    assert sender.end(url).status_code == 409
    assert nothing_is_left(files=1)
    assert sender.api.delete(f"/api/upload/{UploadedFile.objects.get().pk}").status_code == 204
    found = sender.shown(url).json()
    assert (found["state"], found["file"]) == ("done", None)


@pytest.mark.parametrize(("method", "status"), [("PATCH", 204), ("HEAD", 200), ("DELETE", 204)])
def test_a_post_may_say_that_another_method_is_meant(
    sender: Sender, url: str, method: str, status: int
) -> None:
    said = VERSION | {"X-HTTP-Method-Override": method}
    answer = sender.call(
        "post", url, said | OFFSET if method == "PATCH" else said, PICTURE if method == "PATCH" else b""
    )
    assert answer.status_code == status


@pytest.mark.parametrize("method", ["", "GET", "PUT", "TRACE", "POST"])
def test_a_post_that_means_something_else_is_405(sender: Sender, url: str, method: str) -> None:
    assert sender.call("post", url, VERSION | {"X-HTTP-Method-Override": method}).status_code == 405


def test_a_final_slash_is_as_good(sender: Sender, url: str) -> None:
    assert sender.head(f"{url}/").status_code == 200
