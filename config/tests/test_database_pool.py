"""Connections to PostgreSQL: shared, bounded, and back after whatever befell them. On real servers."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest

from config.tests.live import LiveServer, installation
from config.tests.services import need_postgres

pytestmark = [pytest.mark.service, pytest.mark.postgres, pytest.mark.long]

POOL, THREADS = 3, 8
SETTINGS = {"VITRINE_DB_POOL": str(POOL), "VITRINE_DB_POOL_WAIT": "0.7", "VITRINE_DB_LOCK_TIMEOUT": "20"}
PICTURE_OF_NOBODY = "/api/upload/00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    home = tmp_path_factory.mktemp("pool")
    with installation(home, database=need_postgres(), **SETTINGS) as made:
        made.start(threads=THREADS)
        yield made


@pytest.fixture(scope="module")
def client(server: LiveServer) -> httpx.Client:
    return server.sign_up("somebody")


def sessions(server: LiveServer) -> int:
    """How many connections the server has open, as PostgreSQL knows, which is slow to notice who left."""
    with aside(server) as own:
        row = own.execute(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and application_name <> 'aside'"
        ).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def aside(server: LiveServer, **kwargs: Any) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.database_url, application_name="aside", **kwargs) as own:
        yield own


@contextmanager
def all_taken(server: LiveServer, client: httpx.Client) -> Iterator[list[Future[httpx.Response]]]:
    """Inside, as many requests as there are connections wait for a lock, each with a connection."""
    with ThreadPoolExecutor(POOL) as askers, aside(server) as holder:
        holder.execute("lock table users_login in access exclusive mode")
        held = [askers.submit(client.get, "/api/upload/usage") for _ in range(POOL)]
        waiting = "select count(*) from pg_locks where relation = 'users_login'::regclass and not granted"
        await_true(lambda: (holder.execute(waiting).fetchone() or [0])[0] == POOL)
        yield held
        holder.rollback()
        for one in held:
            one.result()


def await_true(found: Any) -> None:
    limit = time.monotonic() + 30
    while not found():
        assert time.monotonic() < limit
        time.sleep(0.02)


def assert_come_back_later(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0


def test_threads_share_connections_and_open_no_more_than_are_allowed(
    server: LiveServer, client: httpx.Client
) -> None:
    most, ended = [sessions(server)], threading.Event()

    def watch() -> None:
        while not ended.is_set():
            most.append(sessions(server))

    with ThreadPoolExecutor(THREADS + 1) as people:
        watching = people.submit(watch)
        asked = [people.submit(client.get, "/api/upload/usage") for _ in range(200)]
        answers = [one.result().status_code for one in asked]
        ended.set()
        watching.result()
    assert 200 in answers
    assert set(answers) <= {200, 503}  # on a busy machine some wait too long
    assert 1 < max(most) <= POOL


def test_when_all_are_taken_who_waits_too_long_is_asked_to_come_back(
    server: LiveServer, client: httpx.Client
) -> None:
    with all_taken(server, client) as held:
        for path in (PICTURE_OF_NOBODY, "/api/gigs/"):
            answer = httpx.get(server.url + path, trust_env=False)
            assert_come_back_later(answer)
            assert answer.json()["code"] == "unavailable"
        page = httpx.get(server.url + "/", headers={"Accept": "text/html"}, trust_env=False)
        assert_come_back_later(page)
        assert "Not right now" in page.text
        cookie = {"sessionid": "x" * 32, "csrftoken": "y" * 32}
        assert_come_back_later(httpx.get(server.url + "/admin/", cookies=cookie, trust_env=False))
        assert httpx.get(server.url + "/healthz", trust_env=False).status_code == 200
    assert [one.result().status_code for one in held] == [200] * POOL
    assert httpx.get(server.url + PICTURE_OF_NOBODY, trust_env=False).status_code == 401
    assert sessions(server) <= POOL


def test_connections_that_the_server_ended_are_replaced_without_anybody_noticing(
    server: LiveServer, client: httpx.Client
) -> None:
    for _ in range(3):
        with all_taken(server, client):
            pass  # so that as many lie in the pool
        with aside(server, autocommit=True) as own:
            own.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        assert [client.get("/api/upload/usage").status_code for _ in range(5)] == [200] * 5
    assert sessions(server) <= POOL
