"""nginx before several servers: one that is away costs nobody a request, and what may be done is not done twice."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from config.tests.backends import Backend, backend
from config.tests.front import NGINX, nginx
from config.tests.live import ROOT, free_port

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


@pytest.fixture
def django() -> Iterator[Backend]:
    with backend() as server:
        yield server


@contextmanager
def before(home: Path, *ports: int) -> Iterator[httpx.Client]:
    servers = " ".join(f"127.0.0.1:{port}" for port in ports)
    with (
        nginx(home, ports[0], home, UPSTREAM=servers) as place,
        httpx.Client(base_url=f"http://{place}", trust_env=False, timeout=20) as client,
    ):
        yield client


def test_a_server_that_is_not_there_costs_no_request(tmp_path: Path, django: Backend) -> None:
    with before(tmp_path, free_port(), django.port) as client:
        answers = [client.request(method, "/api/gigs").status_code for method in METHODS * 4]
    assert answers == [200] * len(METHODS) * 4


def test_a_server_that_is_back_is_asked_at_once(tmp_path: Path, django: Backend) -> None:
    """Two that are replaced one right after the other were both away within seconds: neither is left out for it."""
    away = free_port()
    with before(tmp_path, away, django.port) as client:
        for _ in range(8):
            client.get("/api/gigs").raise_for_status()
        with backend(away) as back:
            for _ in range(8):
                client.get("/api/gigs").raise_for_status()
            assert back.count("GET") > 0


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_was_sent_and_changes_something_is_not_sent_again(
    tmp_path: Path, django: Backend, method: str
) -> None:
    with backend(answers=False) as dying, before(tmp_path, dying.port, django.port) as client:
        answers = [client.request(method, "/api/gigs", content=b"x").status_code for _ in range(10)]
    assert dying.count(method) == answers.count(503) > 0
    assert dying.count(method) + django.count(method) == len(answers)


def test_what_only_reads_is_asked_of_the_next_server(tmp_path: Path, django: Backend) -> None:
    with backend(answers=False) as dying, before(tmp_path, dying.port, django.port) as client:
        for _ in range(10):
            client.get("/api/gigs").raise_for_status()
        assert dying.count("GET") > 0


def test_a_file_of_the_pages_that_one_version_lacks_comes_from_the_other(
    tmp_path: Path, django: Backend
) -> None:
    with backend() as older, before(tmp_path, older.port, django.port) as client:
        older.lacks = b"/static/new"
        assert [client.get("/static/new.css").status_code for _ in range(6)] == [200] * 6
        assert older.count("GET") > 0
        django.lacks = b"/static/"
        assert client.get("/static/new.css").status_code == 404
        older.lacks = b"/gigs/"
        assert 404 in [client.get("/gigs/7-gone/").status_code for _ in range(4)]  # an answer like any other


def test_connections_are_kept_for_what_only_reads_alone(tmp_path: Path, django: Backend) -> None:
    """One that is kept may end just when a request is sent: nothing that changes something goes by it."""
    with before(tmp_path, django.port) as client:
        begun = django.connections
        for _ in range(10):
            client.get("/api/gigs").raise_for_status()
        reading = django.connections - begun
        for _ in range(10):
            client.post("/api/gigs").raise_for_status()
    assert django.connections - begun == reading + 10
    assert reading < 10


def test_plain_http_is_sent_on_and_answers_whoever_renews_the_certificate(
    tmp_path: Path, django: Backend
) -> None:
    plain, folder = free_port(), tmp_path / "acme"
    (folder / ".well-known/acme-challenge").mkdir(parents=True)
    (folder / ".well-known/acme-challenge/token").write_text("token.key")
    (folder / "beside").write_text("not for others")
    more = {"PLAIN": f"127.0.0.1:{plain}", "ACME": str(folder), "HTTPS_PORT": "8443"}
    with (
        nginx(tmp_path, django.port, tmp_path, **more),
        httpx.Client(base_url=f"http://127.0.0.1:{plain}", trust_env=False) as client,
    ):
        sent_on = client.get("/api/gigs?a=b", headers={"Host": "site.example"})
        assert sent_on.status_code == 301
        assert sent_on.headers["location"] == "https://site.example:8443/api/gigs?a=b"
        assert client.get("/.well-known/acme-challenge/token").text == "token.key"
        assert client.get("/.well-known/acme-challenge/other").status_code == 404
        for path in ("/beside", "/.well-known/acme-challenge/%2e%2e/%2e%2e/beside"):
            assert client.get(path).status_code == 301
    assert django.requests == []


def test_a_reload_takes_over_settings_unless_nginx_finds_fault(tmp_path: Path, django: Backend) -> None:
    with backend() as other, nginx(tmp_path, django.port, tmp_path) as place:

        def reload(upstream: str) -> int:
            own = {
                "LISTEN": place,
                "MEDIA": str(tmp_path),
                "RUN": str(tmp_path / "nginx"),
                "UPSTREAM": upstream,
            }
            words = [str(ROOT / "deploy/nginx.sh"), "reload"]
            return subprocess.run(words, env=os.environ | own, capture_output=True).returncode

        def asked(server: Backend) -> bool:
            before = len(server.requests)
            httpx.get(f"http://{place}/api/gigs", trust_env=False).raise_for_status()
            return len(server.requests) > before

        written = {path.name: path.read_bytes() for path in (tmp_path / "nginx").glob("*.conf")}
        assert reload("no such server") != 0
        assert {path.name: path.read_bytes() for path in (tmp_path / "nginx").glob("*.conf")} == written
        assert asked(django)
        assert reload(f"127.0.0.1:{other.port}") == 0
        limit = time.monotonic() + 20
        while not asked(other):  # old workers answer until the new ones are there
            assert time.monotonic() < limit
