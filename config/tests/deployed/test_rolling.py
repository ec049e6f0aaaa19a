"""A site is replaced under load, piece by piece: nobody is refused, nothing promised is lost, nothing done twice."""

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.tests.deployed.by_units import by_units, reload_unit
from config.tests.deployed.load import Person
from config.tests.deployed.rolling import roll
from config.tests.deployed.sites import WEB, WORKERS, Site
from config.tests.front import NGINX
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = [
    pytest.mark.fleet,
    pytest.mark.service,
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate"),
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads /proc"),
]
PEOPLE = 3
_SECRET = "correct horse battery"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with by_units() as found:
        yield found


def sign_up(site: Site, name: str) -> httpx.Client:
    client, account = site.client(), {"username": name, "password": _SECRET}
    client.post("/api/auth/register", json=account | {"email": f"{name}@example.org"}).raise_for_status()
    tokens = client.post("/api/auth/token", json=account).raise_for_status().json()
    client.headers["Authorization"] = f"Bearer {tokens['access']}"
    return client


def published(owner: httpx.Client) -> str:
    """The address of a picture that everybody may see."""
    gig = owner.post("/api/gigs", json={"title": "Vase", "description": "x", "price": "5.00"}).json()["id"]
    picture = {"file": ("a.jpg", jpeg_bytes((300, 200), noisy=True))}
    up = owner.post("/api/upload/gig", files=picture, data={"gig_id": str(gig)}).raise_for_status().json()
    owner.post(f"/api/gigs/{gig}/publish").raise_for_status()
    path: str = up["file_url"]
    return path


@contextmanager
def people_at_work(site: Site) -> Iterator[list[Person]]:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201  (pytest shows it when the test fails)
    public = [published(sign_up(site, "owner"))]
    people = [
        Person(sign_up(site, f"person{number}"), site.client(), public, seed + number)
        for number in range(PEOPLE)
    ]
    for person in people:
        person.start()
    try:
        yield people
    finally:
        for person in people:
            person.stop()


def await_more(people: list[Person], answers: int = 30) -> None:
    """Until all of them have gone on for a while."""
    wanted = {person: person.noted.answers + answers // PEOPLE for person in people}
    limit = time.monotonic() + 90
    while any(person.noted.answers < wanted[person] for person in people):
        assert time.monotonic() < limit, [person.noted.failed for person in people]
        time.sleep(0.05)


def children(site: Site, name: str) -> set[str]:
    running = site.machine.processes[name].running
    assert running is not None
    return set(Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split())


def reload_web(site: Site, one: str) -> None:
    """Until the server of before is gone, and another in its place."""
    name = f"vitrine-web@{one}.service"
    before = children(site, name)
    reload_unit(site.machine, name)
    limit = time.monotonic() + 90
    while before & children(site, name) or not children(site, name):
        assert time.monotonic() < limit, site.machine.log(name)
        time.sleep(0.1)


def all_of(client: httpx.Client) -> set[str]:
    """The ids of all that somebody has, from their list."""
    found: set[str] = set()
    url = "/api/upload/my-files/?limit=100"
    while url:
        page: dict[str, Any] = client.get(url).raise_for_status().json()
        found |= {one["file_id"] for one in page["results"]}
        url = page["next"]
    return found


def test_all_is_replaced_without_one_failed_request(site: Site) -> None:
    pids = {name: process.running.pid for name, process in site.machine.processes.items() if process.running}
    with people_at_work(site) as people:
        await_more(people)
        rolled = roll(site.machine)
        assert rolled.returncode == 0, rolled.stdout + rolled.stderr
        await_more(people)
        for one in WEB:
            reload_web(site, one)
        await_more(people)
        calm_until = time.monotonic()
        reload_unit(site.machine, "vitrine-nginx.service")
        await_more(people)
    noted = [person.noted for person in people]
    print([(one.answers, one.uploads, len(one.cut)) for one in noted])  # noqa: T201  (as above)

    assert [one.failed for one in noted] == [[]] * PEOPLE
    # nginx ends idle connections when it takes over new settings. A request may be on its way on one.
    assert not [moment for one in noted for moment in one.cut if moment < calm_until - 1]
    services = [f"vitrine-web@{one}.service" for one in WEB]
    services += [f"vitrine-worker@{one}.service" for one in WORKERS]
    for name in services:
        running = site.machine.processes[name].running
        assert running is not None
        assert running.pid != pids[name]
    for person in people:
        assert all_of(person.client) == set(person.noted.uploaded)
        for file_id, data in person.noted.uploaded.items():
            assert person.client.get(f"/api/upload/{file_id}").content == data


def test_a_roll_stops_before_it_takes_the_last_server_away(site: Site) -> None:
    machine, name = site.machine, "vitrine-web@a.service"
    machine.stop(name)
    try:
        b = machine.processes["vitrine-web@b.service"].running
        assert b is not None
        rolled = roll(machine, "web", INSTANCES="b a", PATIENCE="1")
        assert (rolled.returncode, "b is not stopped" in rolled.stderr) == (1, True), rolled.stderr
        assert b.poll() is None
        with site.client() as client:
            assert [client.get("/api/gigs").status_code for _ in range(6)] == [200] * 6
    finally:
        machine.resume(name)


def test_a_server_that_cannot_start_leaves_the_others_as_they_were(site: Site) -> None:
    machine, name = site.machine, "vitrine-web@a.service"
    process = machine.processes[name]
    whole = dict(process.environment)
    process.environment |= {"VITRINE_SECRET_KEY": "short"}  # refused by the production settings
    try:
        b = machine.processes["vitrine-web@b.service"].running
        assert b is not None
        rolled = roll(machine, "web", PATIENCE="1")
        assert (rolled.returncode, "a was not restarted" in rolled.stderr) == (1, True), rolled.stderr
        assert b.poll() is None
        with site.client() as client:
            assert [client.get("/api/gigs").status_code for _ in range(6)] == [200] * 6
    finally:
        process.environment = whole
        machine.resume(name)
