"""People who upload, change, list, and look at pages and bytes without pause, and note every answer."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from uploads_app.images.jpeg import sanitise_jpeg
from uploads_app.images.limits import Limits
from uploads_app.tests.image_factories import encoded, noise

_PAUSE = 0.02  # seconds between two requests of a person
_MOST = (
    40  # pictures of each person that are kept: after that an upload is followed by the end of an older one
)


@dataclass
class Noted:
    """What was promised to somebody, and what went wrong."""

    uploaded: dict[str, bytes] = field(default_factory=dict)  # what is to be stored, by id
    uploads: int = 0
    answers: int = 0
    failed: list[str] = field(default_factory=list)
    cut: list[float] = field(default_factory=list)  # when a kept connection ended without a word of an answer


class Person:
    """One thread with its connections, which it keeps. `public` are addresses that everybody may see."""

    def __init__(self, client: httpx.Client, visitor: httpx.Client, public: list[str], seed: int) -> None:
        self.client, self.noted = client, Noted()
        self._visitor, self._public, self._chance = visitor, public, random.Random(seed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        doings: list[Callable[[], None]] = [
            self._upload, self._upload, self._change, self._list, self._page, self._bytes, self._public_bytes,
        ]  # fmt: skip
        while not self._stop.is_set():
            self._chance.choice(doings)()
            time.sleep(_PAUSE)

    def _upload(self) -> None:
        size = (self._chance.randrange(64, 200), self._chance.randrange(64, 200))
        data = encoded(noise(size, seed=self._chance.randrange(10**6)), "JPEG")
        key = {"Idempotency-Key": f"{self._chance.getrandbits(64):x}"}
        answer = self._ask("POST", "/api/upload/general", 201, files={"file": ("a.jpg", data)}, headers=key)
        if answer is not None:
            self.noted.uploaded[answer.json()["file_id"]] = sanitise_jpeg(data, Limits()).data
            self.noted.uploads += 1
        if len(self.noted.uploaded) > _MOST:
            one = next(iter(self.noted.uploaded))
            if self._ask("DELETE", f"/api/upload/{one}", 204) is not None:
                del self.noted.uploaded[one]

    def _change(self) -> None:
        if one := self._one():
            self._ask("PATCH", f"/api/upload/{one}/metadata", 200, json={"caption": str(self.noted.answers)})
            self._ask("PUT", f"/api/upload/{one}/edits", 200, json={"flip": True})
            self._ask("DELETE", f"/api/upload/{one}/edits", 200)

    def _list(self) -> None:
        self._ask("GET", "/api/upload/my-files/", 200)

    def _page(self) -> None:
        self._ask("GET", "/", 200, by=self._visitor)

    def _bytes(self) -> None:
        if one := self._one():
            answer = self._ask("GET", f"/api/upload/{one}", 200)
            if answer is not None and answer.content != self.noted.uploaded[one]:
                self.noted.failed.append(f"other bytes of {one}")

    def _public_bytes(self) -> None:
        self._ask("GET", self._chance.choice(self._public), 200, by=self._visitor)

    def _one(self) -> str:
        return self._chance.choice(list(self.noted.uploaded)) if self.noted.uploaded else ""

    def _ask(
        self, method: str, path: str, status: int, *, by: httpx.Client | None = None, **more: object
    ) -> httpx.Response | None:
        """The answer, if it is the one there should be. Where a kept connection ended, it asks anew, as browsers do."""
        client, said = by or self.client, f"{method} {path}"
        for _ in range(2):
            begun = time.monotonic()
            try:
                answer = client.request(method, path, **more)  # type: ignore[arg-type]  # httpx types each argument apart
            except httpx.TransportError as error:
                self.noted.cut.append(begun)
                said = f"{method} {path}: {error!r}"
                continue
            self.noted.answers += 1
            if answer.status_code == status:
                return answer
            said = f"{method} {path}: {answer.status_code} {answer.text[:300]}"
            break
        self.noted.failed.append(said)
        return None
