"""What differs from what was announced is refused by the storage itself, and by completing, and goes."""

import base64
import hashlib
import json
from typing import Any

import pytest

from uploads_app.models import DirectUpload, StorageUsage, UploadedFile
from uploads_app.storage.base import Facts
from uploads_app.storage.places import LOCAL, storage
from uploads_app.storage.temporary import new_temporary
from uploads_app.tests.direct.client import Sender, incoming, nothing_is_left, send
from uploads_app.tests.image_factories import jpeg_bytes, png_bytes

pytestmark = pytest.mark.django_db
PICTURE = jpeg_bytes((100, 80), noisy=True)
OTHER = PICTURE[:-3] + b"x" + PICTURE[-2:]  # as long, and not the same
REFUSED = {400, 403, 413}

BYTES = {"longer": PICTURE + b"x", "shorter": PICTURE[:-1], "empty": b"", "other bytes": OTHER}


@pytest.mark.parametrize("how", BYTES)
def test_the_storage_takes_no_other_bytes(sender: Sender, how: str) -> None:
    begun = sender.begin(PICTURE)
    assert send(begun, BYTES[how]).status_code in REFUSED
    assert incoming() == []
    assert sender.complete(begun).status_code == 409


@pytest.mark.parametrize("name", ["key", "Content-Type", "sha256", "success_action_status", "policy"])
def test_the_storage_takes_no_other_field(sender: Sender, name: str) -> None:
    begun = sender.begin(PICTURE)
    fields = begun["upload"]["fields"]
    names = [field for field in fields if field == name or (name == "sha256" and field.endswith(name))]
    for found in names:
        assert send(begun, PICTURE, **{found: _altered(name, fields[found])}).status_code in REFUSED, found
    assert incoming() == []
    assert names or name in ("success_action_status", "policy"), "only S3 has these"


def test_the_storage_takes_no_field_beside_them(sender: Sender) -> None:
    begun = sender.begin(PICTURE)
    assert send(begun, PICTURE, **{"x-amz-meta-more": "1"}).status_code in REFUSED
    assert incoming() == []


def test_no_signature_leads_to_another_upload(sender: Sender) -> None:
    one, other = sender.begin(PICTURE), sender.begin(PICTURE)
    key = other["upload"]["fields"]["key"]
    assert send(one, PICTURE, key=key).status_code == 403
    assert incoming() == []


def planted(begun: dict[str, Any], data: bytes) -> None:
    """Puts bytes where an upload awaits its own, as a storage would that checks nothing."""
    row = DirectUpload.objects.get(pk=begun["file_id"])
    source = new_temporary()
    source.write_bytes(data)
    facts = Facts(hashlib.sha256(data).hexdigest(), "text/html")
    storage(row.storage).write_once(row.key, source, facts)
    source.unlink()


@pytest.mark.parametrize("how", BYTES)
def test_whatever_lies_there_completing_takes_only_what_was_announced(sender: Sender, how: str) -> None:
    begun = sender.begin(PICTURE)
    planted(begun, BYTES[how])
    answer = sender.complete(begun)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert nothing_is_left()
    assert not UploadedFile.objects.exists()


def test_another_type_than_announced_is_415(sender: Sender) -> None:
    data = png_bytes()
    answer = sender.send_all(data, content_type="image/jpeg")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert nothing_is_left()


def test_what_was_refused_cannot_be_completed_any_more(sender: Sender) -> None:
    begun = sender.begin(PICTURE)
    planted(begun, OTHER)
    assert sender.complete(begun).status_code == 409
    assert sender.complete(begun).status_code == 404
    usage = StorageUsage.objects.get()
    assert (usage.files, usage.bytes) == (0, 0)
    assert DirectUpload.objects.get().filename == ""


@pytest.mark.parametrize("place", [LOCAL], indirect=True)  # S3 is asked the same with its policy above
def test_a_permit_of_which_one_word_is_changed_is_none(sender: Sender) -> None:
    begun = sender.begin(PICTURE)
    site, _, token = begun["upload"]["url"].rpartition("/")
    said, _, rest = token.partition(":")
    for forged in _forgeries(said):
        assert send(begun, PICTURE, url=f"{site}/{forged}:{rest}").status_code == 403
    assert send(begun, PICTURE, url=f"{site}/x").status_code == 403
    assert incoming() == []


def _forgeries(said: str) -> list[str]:
    """The token's words with each of them changed."""
    words = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    found = []
    for place, word in enumerate(words):
        other = [*words]
        other[place] = word + 1 if isinstance(word, int) else word[:-1] + ("0" if word[-1] != "0" else "1")
        found.append(base64.urlsafe_b64encode(json.dumps(other).encode()).decode().rstrip("="))
    return found


def _altered(name: str, value: str) -> str:
    if name == "sha256":
        return value[:8] + ("A" if value[8] != "A" else "B") + value[9:]
    if name == "policy":
        policy = json.loads(base64.b64decode(value))
        policy["expiration"] = "2099-01-01T00:00:00Z"
        return base64.b64encode(json.dumps(policy).encode()).decode()
    return {"key": "incoming/another", "Content-Type": "text/html", "success_action_status": "200"}[name]
