"""Names of uploads are labels: shown safely, never part of a path."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from rest_framework.test import APIClient

from uploads_app.disposition import inline
from uploads_app.models import UploadedFile
from uploads_app.services.names import MAX_BYTES, safe_name
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.stored import all_stored
from users.models import User

NAMES = [
    "../../../../etc/passwd.jpg",
    "..\\..\\x.jpg",
    "x.jpg\x00.php",
    "photo\u202egnp.php",
    "x\r\nSet-Cookie: a=b\r\n\r\n.jpg",
    "",
    ".",
    "..",
    "   ",
    "\u3000.jpg",
    "a" * 500 + ".jpg",
    "\u65e5" * 300 + ".jpeg",
    "\ud800lone.jpg",
    '"; filename="evil.html',
    "C:\\x\\y.jpg",
]


def is_safe(name: str) -> bool:
    return (
        0 < len(name.encode()) <= MAX_BYTES
        and name not in (".", "..")
        and not set(name) & set("/\\")
        and not any(unicodedata.category(c) in ("Cc", "Cs") for c in name)
        and not set(name) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
    )


@pytest.mark.parametrize("raw", NAMES)
def test_hostile_names_become_safe_labels(raw: str) -> None:
    assert is_safe(safe_name(raw))


@pytest.mark.parametrize("name", ["Grand-mère à Nîmes.jpg", "写真.png", "IMG_0001.JPG", "v1.2 final.webp"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert safe_name(name) == name


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("a" * 500 + ".jpg").endswith("aaa.jpg")


@pytest.mark.parametrize("raw", NAMES)
def test_the_disposition_is_one_header_line(raw: str) -> None:
    header = inline(safe_name(raw))
    assert header.isascii()
    assert header.isprintable()
    assert header.startswith("inline; filename")
    quoted = header.partition('filename="')[2]
    assert '"' not in quoted.replace('\\"', "").removesuffix('"')


def send_raw(client: APIClient, raw_name: bytes) -> tuple[int, dict[str, object]]:
    """An upload whose name is these very bytes, escaped only as the HTML standard has forms do."""
    escaped = raw_name.replace(b"\r", b"%0D").replace(b"\n", b"%0A").replace(b'"', b"%22")
    body = (
        b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="' + escaped + b'"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" + jpeg_bytes(size=(8, 8)) + b"\r\n--frontier--\r\n"
    )
    answer = client.post("/api/upload/general", body, content_type="multipart/form-data; boundary=frontier")
    return answer.status_code, answer.json()


@pytest.mark.django_db
@pytest.mark.shared
def test_every_name_of_the_list_is_stored_safely_or_refused(
    owner: User, signed_in: Callable[[User], APIClient], shared: Path
) -> None:
    client = signed_in(owner)
    raw_names = [json.loads(line) for line in (shared / "corpus/names.txt").read_text().splitlines() if line]
    assert len(raw_names) > 100
    accepted = 0
    for raw in raw_names:
        status, body = send_raw(client, raw.encode(errors="surrogateescape" if _lone(raw) else "strict"))
        assert status in (201, 400), raw
        if status == 201:
            accepted += 1
            assert is_safe(str(body["original_filename"])), raw
            answer = client.get(str(body["file_url"]))
            assert answer.status_code == 200
            served = answer.content
            assert len(served) == body["file_size"]
    assert accepted > len(raw_names) * 0.8
    assert all_stored() == set(UploadedFile.objects.values_list("file", flat=True))


def _lone(name: str) -> bool:
    return any("\udc80" <= sign <= "\udcff" for sign in name)
