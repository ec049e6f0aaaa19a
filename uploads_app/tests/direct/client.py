"""A client of direct uploads as anybody writes one: HTTP alone, from what the answers say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.test import Client
from rest_framework.test import APIClient

from uploads_app.models import DirectUpload
from uploads_app.storage.keys import INCOMING
from uploads_app.storage.places import new_originals, storage
from uploads_app.tests.stored import all_stored

SITE = "testserver"


@dataclass
class Sender:
    """Somebody signed in, who sends pictures in three steps. Bytes go by a client without credentials."""

    api: APIClient

    def announce(self, data: bytes, *, headers: dict[str, str] | None = None, **other: Any) -> Any:
        """The answer to an announcement of `data`; `other` says what is said otherwise."""
        said = {
            "upload_category": "general",
            "filename": "picture.jpg",
            "content_type": "image/jpeg",
            "file_size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        return self.api.post("/api/upload/direct", said | other, format="json", headers=headers or {})

    def begin(self, data: bytes, **other: Any) -> dict[str, Any]:
        """The same, if it is granted."""
        answer = self.announce(data, **other)
        assert answer.status_code == 201, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def complete(self, begun: dict[str, Any]) -> Any:
        return self.api.post(f"/api/upload/{begun['file_id']}/complete")

    def send_all(self, data: bytes, **other: Any) -> Any:
        """All three steps; gives the answer of the last."""
        begun = self.begin(data, **other)
        assert send(begun, data).status_code == 204
        return self.complete(begun)


def send(begun: dict[str, Any], data: bytes, *, url: str | None = None, **fields: str) -> httpx.Response:
    """Sends the form of an answer: its fields, then the file; `fields` says which are sent otherwise."""
    form = begun["upload"]
    request = httpx.Request(
        form["method"],
        url or form["url"],
        data=form["fields"] | fields,
        files={"file": ("whatever.bin", data)},
        headers=form["headers"],
    )
    return _sent(request)


def incoming() -> list[str]:
    """What lies under incoming/, in the storage that takes new bytes."""
    return [key for key, _ in storage(new_originals()).keys(INCOMING)]


def nothing_is_left(*, files: int = 0) -> bool:
    """Whether no byte and no upload under way is left but so many files."""
    assert incoming() == []
    assert not DirectUpload.objects.under_way().exists()
    assert len(all_stored()) == files
    return True


def _sent(request: httpx.Request) -> httpx.Response:
    """Over the network, or to this site in process."""
    address = urlsplit(str(request.url))
    if address.hostname != SITE:
        with httpx.Client(trust_env=False, timeout=30) as client:
            return client.send(request)
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    kind = headers.pop("content-type")
    answer = Client().generic("POST", address.path, request.read(), content_type=kind, headers=headers)
    return httpx.Response(answer.status_code, content=answer.content, headers=dict(answer.headers))
