"""Each process of a fleet killed under load, in turn: what was promised stands, and the others serve on."""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from config.tests.engines.site import engine_settings
from config.tests.fleet.load import Person
from config.tests.fleet.machines import Fleet, fleet
from config.tests.own_redis import OwnRedis

PEOPLE = 3
ROUNDS = 2 if os.environ.get("VITRINE_REQUIRE_SERVICES") == "1" else 1
QUICK = {
    "VITRINE_RENDITION_FORMATS": "webp",
    "VITRINE_RENDER_LEASE": "5",
    "VITRINE_WORKER_LEASE": "2",
    "VITRINE_RETIRED_KEPT": "0",
    "VITRINE_UPLOAD_LEASE": "60",
    "VITRINE_THROTTLE_SCALE": "1000",  # counted, and never too many
}
_UNFINISHED = "select count(*) from uploads_app_uploadedfile where lifecycle='ready' and rendering<>'done'"
_LEASES = "update uploads_app_uploadedfile set lease_until=now() where lifecycle='pending'"
_COMPARED = """
from uploads_app.models import Rendition, UploadedFile
from uploads_app.tests.stored import all_stored
files = UploadedFile.objects.exclude(lifecycle="purged")
rows = {*files.values_list("file", flat=True), *Rendition.objects.values_list("key", flat=True)}
stored = all_stored()
states = sorted(set(files.values_list("lifecycle", flat=True)))
print(f"unnamed {len(stored - rows)} lost {len(rows - stored)} {states}")
"""


@dataclass
class Killer:
    """Kills and starts again, while people go on; remembers which server was away when."""

    people: list[Person]
    chance: random.Random
    away: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    def strike(self, kill: Callable[[], None], start: Callable[[], None]) -> tuple[float, float]:
        """Gives the times between which what was killed was not there."""
        self._await_uploads(2)
        time.sleep(self.chance.uniform(0, 0.5))
        begun = time.monotonic()
        kill()
        self._await_uploads(2)  # that the others take
        start()
        return begun, time.monotonic()

    def _await_uploads(self, more: int) -> None:
        """Until so many more are acknowledged, or nobody has any left to upload, or a while has passed."""
        before, limit = self._uploads(), time.monotonic() + 15
        while self._uploads() < before + more and time.monotonic() < limit:
            time.sleep(0.01)

    def _uploads(self) -> int:
        return sum(len(person.promised.uploaded) for person in self.people)


@contextmanager
def people_at_work(machines: Fleet, seed: int) -> Iterator[list[Person]]:
    people = [
        Person(machines.webs, machines.webs[0].sign_up(f"person{number}"), seed + number)
        for number in range(PEOPLE)
    ]
    for person in people:
        person.start()
    try:
        yield people
    finally:
        for person in people:
            person.stop()


def ask_database(machines: Fleet, statement: str) -> int:
    """The number that a statement gives, or how many rows it changed."""
    with psycopg.connect(machines.database_url, autocommit=True) as database:
        done = database.execute(statement.encode())
        row = done.fetchone() if done.description else None
        return int(row[0]) if row else done.rowcount


def await_use_of(own: OwnRedis) -> None:
    """Until somebody keeps or tells something by a Redis that came back empty, and has counted nothing yet."""
    limit = time.monotonic() + 90
    with own.client() as redis:
        while not {"cmdstat_set", "cmdstat_publish"} & set(redis.info("commandstats")):
            assert time.monotonic() < limit, "it is not taken up again"
            time.sleep(0.05)


def await_all_sets(machines: Fleet) -> None:
    limit = time.monotonic() + 120
    while left := ask_database(machines, _UNFINISHED):
        assert time.monotonic() < limit, f"{left} sets of renditions are not finished"
        time.sleep(0.2)


def assert_kept(machines: Fleet, people: list[Person]) -> None:
    """What was acknowledged is there by either server, bytes for bytes; what was deleted is not."""
    for person in people:
        said = person.promised
        for file_id, data in said.uploaded.items():
            if file_id in said.unknown:
                continue
            for web in machines.webs:
                answer = person.client.get(f"{web.url}/api/upload/{file_id}", follow_redirects=True)
                assert answer.status_code == (404 if file_id in said.deleted else 200)
                assert file_id in said.deleted or answer.content == data


@pytest.mark.long
@pytest.mark.fleet
@pytest.mark.service
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["database", "celery"])
def test_each_process_killed_in_turn_loses_nothing_that_was_promised(tmp_path: Path, engine: str) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201  (pytest shows it when the test fails)
    own = OwnRedis(tmp_path / "redis")
    with (
        own.running(),
        fleet(tmp_path, QUICK | engine_settings(engine, own.url) | {"REDIS_URL": own.url}) as machines,
    ):
        machines.start()
        with people_at_work(machines, seed) as people:
            killer = Killer(people, random.Random(seed))
            away = [[killer.strike(web.kill, web.start) for web in machines.webs] for _ in range(ROUNDS)]
            for worker in machines.workers:
                killer.strike(worker.kill, worker.start)
            killer.strike(own.kill, own.start)
            for person in people:
                person.most += 40  # somebody who only looks has no use for it
            await_use_of(own)
        promised = [person.promised for person in people]
        print([(len(one.uploaded), len(one.deleted), len(one.broken)) for one in promised])  # noqa: T201  (as above)

        assert [one.refused for one in promised] == [[]] * PEOPLE
        for web, moment in (cut for one in promised for cut in one.broken):
            assert any(begun - 30 < moment < end for times in away for begun, end in [times[web]])
        assert sum(len(one.uploaded) for one in promised) >= 10
        await_all_sets(machines)
        assert_kept(machines, people)
        ask_database(machines, _LEASES)
        machines.manage("reconcile", "--grace", "0")
        assert machines.manage("shell", "-v", "0", "-c", _COMPARED).strip() == "unnamed 0 lost 0 ['ready']"
        again = machines.manage("reconcile", "--grace", "0")
        assert {part.split()[-1] for part in again.strip().split(",")} == {"0"}
