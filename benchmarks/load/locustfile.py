"""What each of many people does: 5 in a hundred requests upload, 15 ask for lists and pages, 80 for bytes."""

import itertools
import json
import os
import random
import time
from pathlib import Path

from locust import FastHttpUser, constant, constant_throughput, events, task
from locust.contrib.fasthttp import FastResponse
from locust.env import Environment

from benchmarks.load.pictures import another, photographs

PEOPLE = json.loads(Path(os.environ["VITRINE_LOAD_PEOPLE"]).read_text())
PHOTOGRAPHS = photographs(Path(os.environ["VITRINE_LOAD_PHOTOS"]), int(os.environ["VITRINE_LOAD_PIXELS"]))
EACH = float(os.environ["VITRINE_LOAD_EACH"])  # requests a second of one person; 0: one after another
MOST = int(os.environ["VITRINE_LOAD_UPLOADS"])  # of one process, that nothing grows for ever
SEED = os.getpid() % 10_000 * 10**7
NUMBERS = itertools.count(SEED)
PAGES = ["/", "/?q=vases", "/api/gigs?limit=20"]


def told(exception: object = None, name: str = "", response: object = None, **_: object) -> None:
    """The first failures with what was answered: a number alone tells nobody why."""
    if exception and next(FAILURES) < 5:
        print(f"FAILED {name}: {exception!r} {getattr(response, 'text', '')[:300]}", flush=True)


FAILURES = itertools.count()


def write_down(environment: Environment, **_: object) -> None:
    """What was counted, once all of it is: locust's own files lag behind."""
    rows = [
        {
            "Name": one.name,
            "Request Count": one.num_requests,
            "Failure Count": one.num_failures,
            "Requests/s": one.total_rps,
            "50%": one.get_response_time_percentile(0.5),
            "99%": one.get_response_time_percentile(0.99),
            "Max Response Time": one.max_response_time,
        }
        for one in (
            *sorted(environment.stats.entries.values(), key=lambda one: one.name),
            environment.stats.total,
        )
    ]
    Path(os.environ["VITRINE_LOAD_TOLD"]).write_text(json.dumps(rows))


events.request.add_listener(told)
events.quitting.add_listener(write_down)


class Person(FastHttpUser):
    """Somebody, with the token of an owner or without any."""

    wait_time = constant_throughput(EACH) if EACH else constant(0)
    connection_timeout = network_timeout = 60.0

    def on_start(self) -> None:
        self.me = random.choice(PEOPLE)
        self.mine = {"Authorization": self.me["token"]}
        self.tags: dict[str, str] = {}
        if EACH:  # people do not all act at one moment; without this, sixteen would each time
            time.sleep(random.uniform(0, 1 / EACH))

    @task(5)
    def upload(self) -> None:
        number = next(NUMBERS)
        if number - SEED >= MOST:
            return
        body = another(random.choice(PHOTOGRAPHS), number)
        with self.client.post(
            "/api/upload/general",
            files={"file": (f"picture {number}.jpg", body, "image/jpeg")},
            headers=self.mine,
            name="upload",
            catch_response=True,
        ) as answer:
            wait = answer.headers.get("Retry-After") if answer.status_code == 503 else None
            if wait:  # as a server with more senders than it can take is to answer
                answer.request_meta["name"] = "upload: asked to come back"
                if next(FAILURES) < 5:
                    print(f"asked to come back at {time.strftime('%T')}: {answer.text[:300]}", flush=True)
                answer.success()
        if wait:
            time.sleep(int(wait))

    @task(7)
    def my_files(self) -> None:
        self.client.get("/api/upload/my-files?limit=20", headers=self.mine, name="list: one's files")

    @task(5)
    def page(self) -> None:
        self.client.get(random.choice(PAGES), name="page or list of the market")

    @task(3)
    def gig(self) -> None:
        self.client.get(f"/gigs/{self.me['gig']}/", name="page of a gig")

    @task(35)
    def public(self) -> None:
        self.client.get(random.choice(random.choice(PEOPLE)["public"]), name="bytes: public size")

    @task(20)
    def private(self) -> None:
        url = random.choice(self.me["private"])
        answer = self.client.get(url, headers=self.mine, name="bytes: private size")
        if answer.status_code == 200:
            self._keep_tag(url, answer)

    @task(5)
    def original(self) -> None:
        self.client.get(random.choice(self.me["originals"]), headers=self.mine, name="bytes: original")

    @task(20)
    def known(self) -> None:
        """What was seen before: 304."""
        url = random.choice(list(self.tags) or self.me["private"])
        known = self.mine | ({"If-None-Match": self.tags[url]} if url in self.tags else {})
        name = "bytes: 304" if url in self.tags else "bytes: private size"
        answer = self.client.get(url, headers=known, name=name)
        if answer.status_code == 200:
            self._keep_tag(url, answer)

    def _keep_tag(self, url: str, answer: FastResponse) -> None:
        assert answer.headers is not None  # as a whole answer has them
        self.tags[url] = str(answer.headers["ETag"])
