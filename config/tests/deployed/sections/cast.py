"""Who asks: the fixed cast, on a deployed site."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from config.tests.deployed.contract import Recorder
from config.tests.deployed.sites import Site

PASSWORD = "correct horse battery"


@dataclass
class Cast:
    """People of a site whose answers are noted, and the folder of real photographs and hostile files."""

    site: Site
    recorder: Recorder
    shared: Path

    def __post_init__(self) -> None:
        self.visitor = self.somebody()
        self.owner, self.stranger = self.sign_up("owner"), self.sign_up("stranger")

    def somebody(self) -> httpx.Client:
        """A client without credentials."""
        client = self.site.client()
        client.event_hooks["response"] = [self.recorder.note]
        return client

    def sign_up(self, name: str) -> httpx.Client:
        client, account = self.somebody(), {"username": name, "password": PASSWORD}
        made = client.post("/api/auth/register", json=account | {"email": f"{name}@example.org"})
        assert (made.status_code, made.json()["username"]) == (201, name)
        tokens = client.post("/api/auth/token", json=account).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {tokens['access']}"
        return client

    def photo(self, name: str) -> tuple[str, bytes]:
        """A real photograph, as a file of a form."""
        return name, (self.shared / "photos" / name).read_bytes()

    def upload(self, who: httpx.Client, category: str, name: str, **fields: str) -> dict[str, Any]:
        answer = who.post(f"/api/upload/{category}", files={"file": self.photo(name)}, data=fields)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found


def eventually(is_so: Callable[[], object], seconds: float = 60) -> None:
    """What workers do after an answer."""
    limit = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < limit, is_so
        time.sleep(0.2)


def rendered(who: httpx.Client, file_id: str, preset: str) -> dict[str, Any]:
    """A size once a worker made it: until then its address is that of the nearest there is."""

    def told() -> dict[str, Any]:
        found: dict[str, Any] = who.get(f"/api/upload/{file_id}/metadata").json()["renditions"]
        one: dict[str, Any] = found.get(preset, {"url": ""})
        return one

    eventually(lambda: f"/{preset}.webp" in told()["url"])
    return told()


def patiently(who: httpx.Client, url: str) -> httpx.Response:
    """The bytes of a size, which may be made when first asked for: a busy site asks to come back."""
    eventually(lambda: who.get(url).status_code == 200)
    return who.get(url)


def refused(answer: httpx.Response, status: int, code: str) -> None:
    """A problem document that nobody keeps."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["cache-control"] == "no-store"
