"""PostgreSQL goes away at each step of a worker's work: the same worker finishes it once it is back."""

import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import psycopg
import pytest

from config.tests.database_proxy import Cut, DatabaseProxy
from config.tests.live import LiveServer, installation
from config.tests.private_postgres import PrivatePostgres, private_postgres
from config.tests.test_worker_kill import start_worker
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = [pytest.mark.fleet, pytest.mark.service, pytest.mark.long, pytest.mark.timeout(600)]

SETTINGS = {
    "VITRINE_STORAGE": "local",
    "VITRINE_DB_POOL": "3",
    "VITRINE_DB_POOL_WAIT": "0.5",
    "VITRINE_RENDER_LEASE": "3",
    "VITRINE_WORKER_LEASE": "3",
    "VITRINE_RENDITION_FORMATS": "webp",
}
SIZES = 8

# What a worker says only then, at its steps.
STEPS = {
    "task": 'UPDATE "django_tasks',
    "claim": 'UPDATE "uploads_app_uploadedfile" SET "render_after"',
    "pending": 'INSERT INTO "uploads_app_rendition"',
    "ready": 'UPDATE "uploads_app_rendition" SET "state" = (CASE',
    "done": "SET \"rendering\" = 'done'",
}
IN_TRANSACTIONS = {"claim", "pending", "ready"}


@dataclass
class Site:
    """A server and a worker whose every statement passes the proxy."""

    server: LiveServer
    proxy: DatabaseProxy
    postgres: PrivatePostgres
    client: httpx.Client
    worker: "subprocess.Popen[bytes]"

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Asked past the proxy."""
        name = self.server.database_url.partition("?")[0].rpartition("/")[2]
        with psycopg.connect(self.postgres.url(database=name), autocommit=True) as own:
            return own.execute(query).fetchall()

    def await_beat(self, since: str = "-infinity") -> None:
        """Until the worker has given a sign of life later than a time of the database's."""
        limit = time.monotonic() + 60
        while not self.rows(f"select 1 from uploads_app_workerbeat where beat_at > '{since}'"):
            assert self.worker.poll() is None
            assert time.monotonic() < limit, (self.server.home / "worker.log").read_text()[-3000:]
            time.sleep(0.1)

    def await_sets(self) -> None:
        """Until nothing waits for renditions. The worker is the one of the beginning."""
        limit = time.monotonic() + 90
        while self.rows("select 1 from uploads_app_uploadedfile where rendering <> 'done'"):
            assert self.worker.poll() is None
            assert time.monotonic() < limit, (self.server.home / "worker.log").read_text()[-3000:]
            time.sleep(0.1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with private_postgres() as postgres:
        proxy = DatabaseProxy(postgres.port)
        home = tmp_path_factory.mktemp("worker")
        with installation(home, database=postgres.url(proxy.port), **SETTINGS) as server:
            server.start(threads=4)
            worker = start_worker(server)
            try:
                started = Site(server, proxy, postgres, server.sign_up("somebody"), worker)
                started.await_beat()  # one that finds no database at its very start ends
                yield started
            finally:
                proxy.heal()
                worker.terminate()
                worker.wait(30)
        proxy.close()


def at(words: str) -> Callable[[str, list[str]], bool]:
    return lambda sql, _before: words in sql


def commit_after(words: str) -> Callable[[str, list[str]], bool]:
    return lambda sql, before: sql == "COMMIT" and any(words in earlier for earlier in before)


CUTS = {
    **{f"before {step}": (at(words), False, False) for step, words in STEPS.items()},
    **{f"before the commit of {step}": (commit_after(STEPS[step]), False, False) for step in IN_TRANSACTIONS},
    **{f"answer to {step} lost": (commit_after(STEPS[step]), True, False) for step in IN_TRANSACTIONS},
    "killed at pending": (at(STEPS["pending"]), False, True),
    "killed at ready": (commit_after(STEPS["ready"]), False, True),
}


@pytest.mark.parametrize("where", CUTS)
def test_the_same_worker_finishes_what_it_was_cut_off_from(site: Site, where: str) -> None:
    match, lost, killed = CUTS[where]
    cut = site.proxy.arm(Cut(match, lost, site.postgres.kill if killed else lambda: None))
    # Its own request may be cut off as well, when the worker is quick.
    site.client.post("/api/upload/general", files={"file": ("a.jpg", jpeg_bytes((300, 200)), "image/jpeg")})
    assert cut.fired.wait(60), site.proxy.statements[-30:]
    site.postgres.up()
    site.proxy.heal()
    site.await_sets()

    made = "select count(*) from uploads_app_rendition where state = 'ready' group by file_id"
    assert set(site.rows(made)) == {(SIZES,)}
    keys = {str(key) for (key,) in site.rows("select key from uploads_app_rendition")}
    folder = site.server.media / "renditions"
    stored = {path.relative_to(site.server.media).as_posix() for path in folder.rglob("*.webp")}
    assert stored == keys


def test_a_worker_outlives_a_long_absence_and_beats_again(site: Site) -> None:
    site.postgres.kill()
    time.sleep(4)  # longer than its lease
    site.postgres.up()
    site.proxy.heal()
    ((now,),) = site.rows("select now()")
    site.await_beat(str(now))
