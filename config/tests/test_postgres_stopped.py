"""PostgreSQL goes away at each step of a request: 503, nothing is half-done, and all heals by itself."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from config.tests.database_proxy import Cut, DatabaseProxy
from config.tests.live import LiveServer, installation
from config.tests.private_postgres import PrivatePostgres, private_postgres
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = [pytest.mark.fleet, pytest.mark.service, pytest.mark.long, pytest.mark.timeout(600)]

SETTINGS = {"VITRINE_STORAGE": "local", "VITRINE_DB_POOL": "3", "VITRINE_DB_POOL_WAIT": "0.5"}
PICTURE = jpeg_bytes((64, 48))


@dataclass
class Site:
    """A server whose every statement passes the proxy, and somebody who uses it."""

    server: LiveServer
    proxy: DatabaseProxy
    postgres: PrivatePostgres
    client: httpx.Client
    gig: int = 0
    promised: set[str] = field(default_factory=set)  # files that are to be there

    @property
    def database(self) -> str:
        """Its URL past the proxy."""
        return self.postgres.url(database=urlsplit(self.server.database_url).path[1:])

    def upload(self) -> httpx.Response:
        answer = self.client.post("/api/upload/general", files={"file": ("a.jpg", PICTURE, "image/jpeg")})
        if answer.status_code == 201:
            self.promised.add(answer.json()["file_id"])
        return answer

    def listed(self) -> dict[str, dict[str, Any]]:
        page = self.client.get("/api/upload/my-files/?limit=100").raise_for_status().json()
        return {row["file_id"]: row for row in page["results"]}

    def gallery(self) -> list[str]:
        images = self.client.get(f"/api/upload/gig-images/{self.gig}/").raise_for_status().json()
        return [image["file_id"] for image in images["images"]]

    def await_health(self) -> None:
        """Until the same server process serves again."""
        limit = time.monotonic() + 30
        while self.client.get("/api/upload/usage").status_code != 200:
            assert time.monotonic() < limit, self.server.log()
            time.sleep(0.05)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with private_postgres() as postgres:
        proxy = DatabaseProxy(postgres.port)
        home = tmp_path_factory.mktemp("stopped")
        with installation(home, database=postgres.url(proxy.port), **SETTINGS) as server:
            server.start(threads=4)
            client = server.sign_up("somebody")
            try:
                yield Site(server, proxy, postgres, client, gig=new_gig(client))
            finally:
                proxy.heal()
        proxy.close()


def new_gig(client: httpx.Client) -> int:
    return int(client.post("/api/gigs/", json={"title": "A gig"}).raise_for_status().json()["id"])


def upload(site: Site) -> Callable[[], httpx.Response]:
    return site.upload


def delete(site: Site) -> Callable[[], httpx.Response]:
    file_id = site.upload().raise_for_status().json()["file_id"]

    def ask() -> httpx.Response:
        answer = site.client.delete(f"/api/upload/{file_id}")
        if answer.is_success:
            site.promised.discard(file_id)
        return answer

    return ask


def change_gallery(site: Site) -> Callable[[], httpx.Response]:
    wanted = [site.upload().raise_for_status().json()["file_id"] for _ in range(2)]
    return lambda: site.client.put(f"/api/upload/gig-images/{site.gig}/", json={"file_ids": wanted})


OPERATIONS = {"upload": upload, "delete": delete, "gallery": change_gallery}
# After a statement with these words the next COMMIT decides.
DECISIVE = {"upload": 'SET "lifecycle"', "delete": 'SET "lifecycle"', "gallery": 'INTO "gigs_gigimage"'}


def statements_of(site: Site, name: str) -> tuple[list[str], int]:
    """What the request says to the database, and at which of it the change is there to stay."""
    for _ in range(2):  # the first time there is more to say
        ask = OPERATIONS[name](site)
        site.proxy.arm(Cut(lambda *_: False))
        assert ask().is_success
    said = list(site.proxy.statements)
    marked = next(step for step, sql in enumerate(said) if DECISIVE[name] in sql)
    return said, said.index("COMMIT", marked)


def number(step: int) -> Callable[[str, list[str]], bool]:
    left = iter(range(step, -1, -1))
    return lambda *_: next(left, 1) == 0


def cut_at(site: Site, name: str, cut: Cut) -> tuple[bool, bool]:
    """Whether the request was answered as done, and whether it was. The site is well again."""
    ask = OPERATIONS[name](site)
    files, pictures = set(site.listed()), site.gallery()
    site.proxy.arm(cut)
    answer = ask()
    assert cut.fired.is_set()
    site.postgres.up()
    site.proxy.heal()
    site.await_health()
    if not answer.is_success:
        assert answer.status_code == 503, answer.text
        assert answer.json()["code"] == "unavailable"
        assert int(answer.headers["Retry-After"]) > 0
    done = set(site.listed()) != files or site.gallery() != pictures
    if done and not answer.is_success and name == "delete":
        site.promised -= files - set(site.listed())
    return answer.is_success, done


def assert_sound(site: Site) -> None:
    """What was promised is there, what is listed is whole, and nothing else lies about."""
    with psycopg.connect(site.database) as own:
        own.execute("update uploads_app_uploadedfile set lease_until = now() where lifecycle = 'pending'")
    site.server.manage("reconcile", "--grace", "0")
    again = site.server.manage("reconcile", "--grace", "0")
    assert {word for word in again.replace(",", "").split() if word.isdigit()} == {"0"}, again
    listed = site.listed()
    assert site.promised <= listed.keys()
    for row in listed.values():
        data = site.client.get(row["file_url"]).raise_for_status().content
        assert hashlib.sha256(data).hexdigest() == row["sha256"]
    media = site.server.media
    stored = {path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file()}
    assert stored == {row["file_path"] for row in listed.values()}
    assert site.client.get("/api/upload/usage").json()["files"] == len(listed)
    assert site.server.spool_is_empty()


@pytest.mark.parametrize("name", OPERATIONS)
def test_cut_off_at_any_statement_a_request_is_done_or_never_was(site: Site, name: str) -> None:
    said, decisive = statements_of(site, name)
    for step in range(len(said)):
        answered, done = cut_at(site, name, Cut(number(step)))
        assert done == (step > decisive), said[step]
        assert done >= answered, said[step]
    assert_sound(site)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_answer_of_a_commit_gets_lost(site: Site, name: str) -> None:
    said, decisive = statements_of(site, name)
    for step in (step for step, sql in enumerate(said) if sql == "COMMIT"):
        answered, done = cut_at(site, name, Cut(number(step), lost=True))
        assert done == (step >= decisive)
        assert done >= answered
    assert_sound(site)


@pytest.mark.parametrize("name", OPERATIONS)
def test_postgresql_is_killed_at_a_commit_and_started_again(site: Site, name: str) -> None:
    said, decisive = statements_of(site, name)
    process = site.server.process
    for step in (0, said.index("COMMIT"), decisive):
        answered, done = cut_at(site, name, Cut(number(step), act=site.postgres.kill))
        assert (answered, done) == (False, False)
    assert_sound(site)
    assert process is not None
    assert process.poll() is None


def test_while_it_is_stopped_everything_says_so_and_what_needs_none_of_it_goes_on(site: Site) -> None:
    site.upload().raise_for_status()
    site.postgres.kill()
    anonymous = httpx.Client(base_url=site.server.url, trust_env=False, timeout=30)
    for answer in (site.upload(), site.client.get("/api/gigs/"), anonymous.get("/api/gigs/")):
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    page = anonymous.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert anonymous.get("/healthz").status_code == 200
    site.postgres.up()
    site.await_health()
    assert_sound(site)
