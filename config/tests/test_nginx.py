"""The real nginx before a real server: who gets what, with which headers, and how soon it is gone.

All of it holds for pictures in the media folder and for those in S3.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from config.tests.front import NGINX, nginx
from config.tests.live import LiveServer, installation
from config.tests.losses import without
from config.tests.services import need_s3
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
SAME = (
    "content-type", "content-length", "etag", "last-modified", "accept-ranges", "content-disposition",
    "cache-control", "content-security-policy", "x-content-type-options", "cross-origin-resource-policy",
)  # fmt: skip


@dataclass
class Site:
    """nginx at `url`, Django behind it, and a signed-in owner with a published picture."""

    url: str
    server: LiveServer
    owner: httpx.Client
    gig: int
    file_id: str
    path: str

    def visitor(self, path: str | None = None, **headers: str) -> httpx.Response:
        return httpx.get(self.url + (path or self.path), headers=headers, trust_env=False, timeout=20)

    def run(self, code: str) -> None:
        prelude = "from uploads_app.models import UploadedFile as F; from gigs.models import Gig; "
        self.server.manage("shell", "-v", "0", "-c", prelude + code)


@pytest.fixture(scope="module", params=["local", "s3"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("nginx")
    settings = {
        "VITRINE_ACCEL": "/_stored/",
        "VITRINE_TRUSTED_PROXIES": "1",
        "VITRINE_STORAGE": request.param,
    }
    front = {"PATIENCE": "2"}
    if request.param == "s3":
        settings |= need_s3() | {"VITRINE_S3_LOCATION": f"tests/{uuid4()}"}
        front["S3"] = settings["VITRINE_S3_ENDPOINT"]
    with installation(home, **settings) as server:
        server.start()
        with nginx(home, server.port, server.media, **front) as place:
            yield _furnished(f"http://{place}", server)


def _furnished(url: str, server: LiveServer) -> Site:
    owner = server.sign_up("owner")
    owner.base_url = url
    gig = owner.post("/api/gigs", json={"title": "Vase", "description": "x", "price": "5.00"}).json()["id"]
    picture = ("Grün.jpg", jpeg_bytes((400, 300), noisy=True))
    up = owner.post("/api/upload/gig", files={"file": picture}, data={"gig_id": str(gig)}).raise_for_status()
    owner.post(f"/api/gigs/{gig}/publish").raise_for_status()
    server.manage("worker", "--drain")
    file_id = up.json()["file_id"]
    card = owner.get(f"/api/upload/{file_id}/metadata").json()["renditions"]["card"]["url"]
    return Site(url, server, owner, gig, file_id, card)


@pytest.fixture
def public_again(site: Site) -> Iterator[None]:
    """The next test finds the picture public, as this one did."""
    yield
    site.run("F.objects.filter(lifecycle='ready').update(moderation='unreviewed')")
    site.owner.post(f"/api/gigs/{site.gig}/publish")


def headers_of(answer: httpx.Response) -> dict[str, str | None]:
    return {name: answer.headers.get(name) for name in SAME}


@pytest.mark.parametrize("what", ["rendition", "original"])
def test_all_ways_give_the_same_bytes_and_headers(site: Site, what: str) -> None:
    path = site.path if what == "rendition" else f"/api/upload/{site.file_id}"
    fresh = site.visitor(path)
    again = site.visitor(path)
    known = site.owner.get(path)
    assert [one.status_code for one in (fresh, again, known)] == [200, 200, 200]
    assert fresh.content == again.content == known.content
    assert headers_of(fresh) == headers_of(again) == headers_of(known)
    assert fresh.headers["cache-control"] == "public, max-age=31536000, s-maxage=5, immutable"
    assert fresh.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "Gr%C3%BCn" in fresh.headers["content-disposition"]
    inner = ("x-accel", "x-vitrine", "x-amz", "seaweed", "set-cookie")
    for one in (fresh, known):
        assert not [name for name in one.headers if name.startswith(inner)]
        assert len(one.headers.get_list("content-type")) == len(one.headers.get_list("etag")) == 1


def _is_problem(answer: httpx.Response, status: int, code: str) -> None:
    """Whether this is our problem document, with nothing of a picture's headers, kept by nobody."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (answer.json()["status"], answer.json()["code"]) == (status, code)
    assert answer.headers["cache-control"] == "no-store"
    assert not {"etag", "last-modified", "content-disposition"} & set(answer.headers)


@pytest.mark.parametrize("known", [False, True])
def test_ranges_conditions_and_head(site: Site, known: bool) -> None:
    send = site.owner.get if known else lambda path, headers: site.visitor(path, **headers)
    whole = send(site.path, headers={})
    tag, size = whole.headers["etag"], len(whole.content)
    part = send(site.path, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, whole.content[2:6])
    assert part.headers["content-range"] == f"bytes 2-5/{size}"
    assert send(site.path, headers={"If-None-Match": tag}).status_code == 304
    same = send(site.path, headers={"Range": "bytes=2-5", "If-Range": tag})
    other = send(site.path, headers={"Range": "bytes=2-5", "If-Range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)
    for range_ in (f"bytes={size}-", "bytes=0-1,3-4"):
        _is_problem(send(site.path, headers={"Range": range_}), 416, "range_not_satisfiable")
    for condition in ({"If-Match": tag}, {"If-Unmodified-Since": "Tue, 01 Jan 2008 00:00:00 GMT"}):
        answer = send(site.path, headers=condition)  # not among what we judge, so ignored
        assert (answer.status_code, answer.content) == (200, whole.content)
        assert headers_of(answer) == headers_of(whole)
    head = httpx.head(site.url + site.path, headers=site.owner.headers if known else {}, trust_env=False)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(size))


@pytest.mark.parametrize("fate", ["rejected", "unpublished"])
def test_what_is_hidden_is_gone_within_five_seconds(site: Site, public_again: None, fate: str) -> None:
    assert site.visitor().status_code == 200
    hidden = time.monotonic()
    if fate == "rejected":
        site.run("F.objects.filter(lifecycle='ready').update(moderation='rejected')")
    else:
        site.owner.post(f"/api/gigs/{site.gig}/unpublish").raise_for_status()
    hidden = max(hidden, time.monotonic() - 0.5)
    while site.visitor().status_code == 200:
        assert time.monotonic() - hidden < 5
        time.sleep(0.2)
    answer = site.visitor()
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer.headers["cache-control"] == "no-store"


def test_a_deleted_picture_is_gone_with_a_problem_document(site: Site) -> None:
    picture = ("a.jpg", jpeg_bytes((300, 200), noisy=True))
    up = site.owner.post("/api/upload/gig", files={"file": picture}, data={"gig_id": str(site.gig)}).json()
    path = f"/api/upload/{up['file_id']}"
    assert site.visitor(path).status_code == 200
    assert site.owner.delete(path).status_code == 204
    deleted = time.monotonic()
    while (answer := site.visitor(path)).status_code == 200:  # nginx may have it open still
        assert time.monotonic() - deleted < 5
        time.sleep(0.2)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("known", [False, True])
def test_a_lost_file_is_answered_by_a_problem_document_that_nobody_keeps(site: Site, known: bool) -> None:
    picture = ("a.jpg", jpeg_bytes((300, 200), noisy=True))
    up = site.owner.post("/api/upload/gig", files={"file": picture}, data={"gig_id": str(site.gig)}).json()
    path = f"/api/upload/{up['file_id']}"
    send = site.owner.get if known else site.visitor
    assert send(path).status_code == 200
    with without(site.server, site.owner.get(f"{path}/metadata").json()["file_path"]):
        begun = time.monotonic()
        while (answer := send(path)).status_code == 200:  # nginx may have it open still
            assert time.monotonic() - begun < 5
            time.sleep(0.2)
        _is_problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"]
    assert send(path).status_code == 200
    site.owner.delete(path).raise_for_status()


@pytest.mark.parametrize("size", ["", "/card.webp"])
def test_a_no_is_worded_by_nginx_as_by_django(site: Site, size: str) -> None:
    path = f"/api/upload/{uuid4()}{size}"
    ours = site.visitor(path)
    _is_problem(ours, 401, "not_authenticated")
    django = httpx.get(site.server.url + path, trust_env=False)
    assert (ours.json(), ours.headers["www-authenticate"]) == (
        django.json(),
        django.headers["www-authenticate"],
    )


def test_private_bytes_never_reach_a_visitor_also_right_after_their_owner(site: Site) -> None:
    picture = ("a.jpg", jpeg_bytes((300, 200), noisy=True))
    path = f"/api/upload/{site.owner.post('/api/upload/general', files={'file': picture}).json()['file_id']}"
    mine = site.owner.get(path)
    assert (mine.status_code, mine.headers["cache-control"]) == (200, "private, no-cache")
    for _ in range(3):
        answer = site.visitor(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (401, "no-store")
    assert site.visitor(path, Authorization="Bearer nonsense").status_code == 401
    assert site.visitor(path, Cookie="sessionid=nonsense").status_code == 401
    link = site.owner.post(f"{path}/share", json={"expires_in": 3600}).json()["url"]
    assert site.visitor(link).status_code == 200
    assert site.visitor(path).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        *("/_stored/", "/_stored/uploads/", "/_ask", "/%5fask", "/api/upload/../../_ask", "/.%2e/db.sqlite3"),
        *("/_s3", "/_s3/", "/_s3?x", "/%5fs3", "/@s3", "/api/upload/../../_s3"),
    ],
)
def test_the_inside_is_not_reached_from_outside(site: Site, path: str) -> None:
    for headers in ({}, {"Authorization": site.owner.headers["Authorization"]}):
        answer = httpx.Client(trust_env=False).get(site.url + path, headers=headers)
        assert answer.status_code in (400, 401, 404)
        assert b"JFIF" not in answer.content


def test_headers_of_the_inside_mean_nothing_from_outside(site: Site) -> None:
    key = site.owner.get(f"/api/upload/{site.file_id}/metadata").json()["file_path"]
    forged = {
        "X-Vitrine-Ask": "1", "X-Accel-Redirect": f"/_stored/{key}", "X-Sendfile": f"/{key}",
        "X-Vitrine-Stored": key, "X-Vitrine-S3": f"/vitrine/{key}", "X-Vitrine-S3-Host": "127.0.0.1:1",
        "X-Vitrine-Range": "bytes=0-1", "X-Vitrine-Content-Type": "text/html",
    }  # fmt: skip
    plain = site.visitor("/api/gigs")
    assert site.visitor("/api/gigs", **forged).content == plain.content
    asked = site.owner.get(site.path, headers=forged)
    assert (asked.status_code, asked.headers["content-type"]) == (200, "image/webp")
    assert asked.content == site.visitor(site.path, **forged).content == site.visitor().content
    assert not [name for name in asked.headers if name.startswith("x-vitrine")]


def test_too_large_a_form_is_refused_with_a_page(site: Site) -> None:
    answer = site.owner.post("/files/pictures", content=b"x" * 12_000_000)
    assert answer.status_code == 413
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "send fewer at once" in answer.text


def test_too_large_a_body_is_refused_with_a_problem_document(site: Site) -> None:
    answer = site.owner.post("/api/upload/general", files={"file": ("a.jpg", b"\xff" * 12_000_000)})
    _is_problem(answer, 413, "file_too_large")
    _is_problem(site.owner.put(site.path.partition("?")[0], content=b"x" * 12_000_000), 413, "file_too_large")


def test_slow_senders_are_closed_and_keep_nobody_waiting(site: Site) -> None:
    senders = [socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2]))) for _ in range(200)]
    head = "POST /api/upload/general HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx"
    for sender in senders:
        sender.sendall(head.encode())
    begun = time.monotonic()
    assert site.visitor().status_code == 200
    picture = ("a.jpg", jpeg_bytes((300, 200), noisy=True))
    assert site.owner.post("/api/upload/general", files={"file": picture}).status_code == 201
    assert time.monotonic() - begun < 2 * 5
    for sender in senders:
        sender.settimeout(10)  # nginx has 2 seconds' patience here
        _until_closed(sender)
        sender.close()


def _until_closed(sender: socket.socket) -> None:
    with suppress(ConnectionResetError):
        while sender.recv(4096):
            pass


def test_an_edit_takes_effect_for_visitors_within_five_seconds(site: Site) -> None:
    path = f"/api/upload/{site.file_id}"
    before: Any = site.visitor(path)
    assert before.headers["content-type"] == "image/jpeg"
    site.owner.put(f"{path}/edits", json={"flip": True}).raise_for_status()
    try:
        begun = time.monotonic()
        while (now := site.visitor(path)).content == before.content:
            assert time.monotonic() - begun < 5
            time.sleep(0.2)
        assert now.headers["content-type"] == "image/webp"
        assert now.headers["cache-control"] == "public, max-age=5, s-maxage=5"
        assert site.owner.get(path).content == before.content
    finally:
        site.owner.delete(f"{path}/edits")
