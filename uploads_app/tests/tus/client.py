"""A client of uploads in parts, as the protocol has it: HTTP alone, from what the answers say."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from rest_framework.test import APIClient

from uploads_app.models import TusPart, TusUpload
from uploads_app.tests.direct.client import incoming
from uploads_app.tests.stored import all_stored

Headers = dict[str, str]
START = "/api/upload/tus"
BYTES = "application/offset+octet-stream"
VERSION = {"Tus-Resumable": "1.0.0"}
METADATA = {"category": "general", "filename": "picture.jpg", "filetype": "image/jpeg"}


def encoded(**words: str | None) -> str:
    """Metadata as it goes into its header; None leaves a word out."""
    said = {word: value for word, value in words.items() if value is not None}
    return ",".join(f"{word} {base64.b64encode(value.encode()).decode()}" for word, value in said.items())


@dataclass
class Sender:
    """Somebody signed in, who sends pictures in parts."""

    api: APIClient

    def start(
        self, length: int | str, data: bytes = b"", headers: Headers | None = None, **words: Any
    ) -> Any:
        """The answer to a request to begin; `words` of the metadata say what is said otherwise."""
        said = {"Upload-Length": str(length), "Upload-Metadata": encoded(**(METADATA | words))}
        return self.call("post", START, VERSION | said | (headers or {}), data)

    def begin(self, length: int, **words: Any) -> str:
        """The same, if it is granted: its address."""
        answer = self.start(length, **words)
        assert answer.status_code == 201, answer.content
        return str(answer["Location"])

    def send(self, url: str, offset: int, data: bytes, headers: Headers | None = None) -> Any:
        said = {"Upload-Offset": str(offset), "Content-Type": BYTES}
        return self.call("patch", url, VERSION | said | (headers or {}), data)

    def head(self, url: str) -> Any:
        return self.call("head", url)

    def offset(self, url: str) -> int:
        return int(self.head(url)["Upload-Offset"])

    def end(self, url: str) -> Any:
        return self.call("delete", url)

    def shown(self, url: str) -> Any:
        return self.api.get(url)

    def send_all(self, data: bytes, *, size: int = 0, **words: Any) -> Any:
        """The whole of it in bodies of `size` bytes; gives the last answer."""
        url, offset = self.begin(len(data), **words), 0
        while True:
            answer = self.send(url, offset, data[offset : offset + (size or len(data))])
            offset = int(answer.get("Upload-Offset", len(data)))
            if answer.status_code != 204 or offset == len(data):
                return answer

    def call(self, method: str, url: str, headers: Headers = VERSION, data: Any = b"") -> Any:
        """One request, whose body goes out as it is. A header that is empty is left out."""
        said = {name: value for name, value in headers.items() if value}
        kind = said.pop("Content-Type", BYTES if data else "")
        return self.api.generic(method.upper(), url, data, content_type=kind, headers=said)


def nothing_is_left(*, files: int = 0) -> bool:
    """Whether no byte, no part and no upload under way is left but so many files."""
    assert incoming() == []
    assert not TusPart.objects.exists()
    assert not TusUpload.objects.under_way().exists()
    assert len(all_stored()) == files
    return True
