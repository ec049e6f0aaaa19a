"""People who upload, read and delete on several servers without pause, and note what they were promised."""

import random
import threading
import time
from dataclasses import dataclass, field

import httpx

from config.tests.live import LiveServer
from uploads_app.images.jpeg import sanitise_jpeg
from uploads_app.images.limits import Limits
from uploads_app.tests.image_factories import encoded, noise

_MOST = 40  # pictures of each person: what is proven does not grow with more
_LATER = 30  # seconds in which what is put off has to be done
_PAUSE = 0.05  # seconds between two requests of a person


@dataclass
class Promised:
    """What was acknowledged, and what should not have been answered."""

    uploaded: dict[str, bytes] = field(default_factory=dict)  # what is to be stored, by id
    deleted: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)  # whose delete got no answer
    refused: list[str] = field(default_factory=list)
    broken: list[tuple[int, float]] = field(default_factory=list)  # server and time of requests cut off


class Person:
    """One thread that asks servers by chance; one that is away is asked again like any other."""

    def __init__(self, webs: list[LiveServer], client: httpx.Client, seed: int) -> None:
        self.client, self.promised, self.most = client, Promised(), _MOST
        self._webs, self._chance = webs, random.Random(seed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.is_set():
            web, what = self._chance.randrange(len(self._webs)), self._chance.random()
            begun = time.monotonic()
            try:
                if what < 0.5 and len(self.promised.uploaded) < self.most:
                    self._upload(web)
                elif what < 0.9:
                    self._read(web)
                else:
                    self._delete(web)
            except httpx.TransportError:
                self.promised.broken.append((web, begun))
            time.sleep(_PAUSE)

    def _upload(self, web: int) -> None:
        size = (self._chance.randrange(64, 400), self._chance.randrange(64, 400))
        data = encoded(noise(size, seed=self._chance.randrange(10**6)), "JPEG")
        answer = self._ask("POST", web, "/api/upload/general", files={"file": ("a.jpg", data, "image/jpeg")})
        if self._is(answer, 201):
            self.promised.uploaded[answer.json()["file_id"]] = sanitise_jpeg(data, Limits()).data

    def _read(self, web: int) -> None:
        there = sorted(self.promised.uploaded.keys() - self.promised.deleted - self.promised.unknown)
        if not there:
            return
        one = self._chance.choice(there)
        answer = self._ask("GET", web, f"/api/upload/{one}")
        if self._is(answer, 200) and answer.content != self.promised.uploaded[one]:
            self.promised.refused.append(f"other bytes of {one}")

    def _delete(self, web: int) -> None:
        there = sorted(self.promised.uploaded.keys() - self.promised.deleted - self.promised.unknown)
        if len(there) < 5:
            return
        one = self._chance.choice(there)
        self.promised.unknown.add(one)
        if self._is(self._ask("DELETE", web, f"/api/upload/{one}"), 204):
            self.promised.unknown.discard(one)
            self.promised.deleted.add(one)

    def _ask(self, method: str, web: int, path: str, **more: object) -> httpx.Response:
        """The answer; of one that says that it cannot be done right now, the answer to asking again."""
        url, limit = self._webs[web].url + path, time.monotonic() + _LATER
        while True:
            answer = self.client.request(method, url, follow_redirects=True, **more)  # type: ignore[arg-type]  # httpx types each argument apart
            if answer.status_code != 503 or "Retry-After" not in answer.headers or time.monotonic() > limit:
                return answer
            time.sleep(int(answer.headers["Retry-After"]))

    def _is(self, answer: httpx.Response, status: int) -> bool:
        if answer.status_code != status:
            said = (
                f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:300]}"
            )
            self.promised.refused.append(said)
        return answer.status_code == status
