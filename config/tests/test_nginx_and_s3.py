"""What nginx asks S3 for and lets through, and what it answers where S3 lacks a picture or is away."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from config.tests.front import NGINX, Answer, Asked, Stub, nginx, stub
from config.tests.live import LiveServer, free_port, installation
from config.tests.services import need_s3
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
SIGNED = "/bucket/uploads/a%20b.jpg?X-Amz-Signature=0f&X-Amz-Date=x"
PLACE = {"X-Vitrine-S3": SIGNED, "X-Vitrine-S3-Host": "s3.example:9000"}
VALIDATORS = {"ETag": '"tag"', "Last-Modified": "Tue, 01 Jan 2008 00:00:00 GMT"}
KEPT = {"Content-Type": "image/jpeg", "Content-Disposition": "inline", "Cache-Control": "private, no-cache"}
OF_S3 = {
    "Content-Type": "text/html", "ETag": '"md5"', "Last-Modified": "Wed, 02 Jan 2008 00:00:00 GMT",
    "Cache-Control": "public", "Content-Disposition": "attachment", "Set-Cookie": "a=b", "x-amz-id-2": "x",
    "x-amz-meta-sha256": "0f", "Content-Security-Policy": "x", "Expires": "Wed, 02 Jan 2048 00:00:00 GMT",
}  # fmt: skip


def says_yes(asked: Asked) -> Answer:
    """As Django does of a picture in S3: to nginx's question, and to whoever has credentials."""
    if asked.is_ask:
        return 204, PLACE | VALIDATORS | KEPT | {"X-Vitrine-Stored": ".s3"}, b""
    if "If-Range" in asked.headers:
        return 404, {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}, b"gone"
    named = {f"X-Vitrine-{name}": value for name, value in KEPT.items()}
    wanted = {"X-Vitrine-Range": "bytes=1-2"} if "Range" in asked.headers else {}
    return 200, PLACE | VALIDATORS | named | wanted | {"X-Accel-Redirect": "/_s3"}, b""


@pytest.fixture(scope="module")
def django() -> Iterator[Stub]:
    with stub() as server:
        server.answer = says_yes
        yield server


@pytest.fixture(scope="module")
def s3() -> Iterator[Stub]:
    with stub() as server:
        yield server


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, django: Stub, s3: Stub) -> Iterator[str]:
    home = tmp_path_factory.mktemp("nginx")
    with nginx(home, django.port, home, S3=f"http://127.0.0.1:{s3.port}") as place:
        yield f"http://{place}"


@pytest.fixture
def path(s3: Stub) -> str:
    """A picture that nobody asked for before; S3 has it."""
    s3.asked.clear()
    s3.answer = lambda _: (200, OF_S3, b"picture")
    return f"/api/upload/{uuid4()}/card.webp?v=1"


def send(url: str, method: str = "GET", **headers: str) -> httpx.Response:
    return httpx.request(method, url, headers=headers, trust_env=False, timeout=20)


@pytest.mark.parametrize("credentials", [{}, {"Authorization": "Bearer x"}, {"Cookie": "sessionid=x"}])
def test_of_the_request_nothing_goes_to_s3_and_of_s3_nothing_comes_back(
    url: str, s3: Stub, path: str, credentials: dict[str, str]
) -> None:
    private = {"Cookie": "a=b", "Referer": "x", "X-Amz-Security-Token": "x", "User-Agent": "me"}
    answer = send(url + path, **private | credentials)
    assert (answer.status_code, answer.content) == (200, b"picture")
    for name, value in (KEPT | VALIDATORS).items():
        assert answer.headers.get_list(name) == [value]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert not {"set-cookie", "expires", "x-amz-id-2", "x-amz-meta-sha256"} & set(answer.headers)
    assert not [name for name in answer.headers if name.startswith("x-vitrine")]
    [asked] = s3.asked
    assert (asked.method, asked.path, dict(asked.headers)) == ("GET", SIGNED, {"Host": "s3.example:9000"})


def test_a_range_goes_on_as_django_has_judged_it(url: str, s3: Stub, path: str) -> None:
    s3.answer = lambda _: (206, OF_S3 | {"Content-Range": "bytes 1-2/7"}, b"ic")
    part = send(url + path, Range="bytes=1-2,4-5", Authorization="Bearer x")
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"ic", "bytes 1-2/7")
    assert dict(s3.asked[0].headers) == {"Host": "s3.example:9000", "Range": "bytes=1-2"}


@pytest.mark.parametrize("name", ["If-None-Match", "If-Modified-Since"])
def test_conditions_are_not_for_s3(url: str, s3: Stub, path: str, name: str) -> None:
    assert send(url + path, **{name: "x", "Authorization": "Bearer x"}).status_code == 200
    assert dict(s3.asked[0].headers) == {"Host": "s3.example:9000"}


def test_head_is_asked_as_it_was_signed(url: str, s3: Stub, path: str) -> None:
    answer = send(url + path, "HEAD")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "7")
    assert [asked.method for asked in s3.asked] == ["GET"]


@pytest.mark.parametrize("credentials", [{}, {"Authorization": "Bearer x"}])
@pytest.mark.parametrize("status", [400, 403, 404, 416])
def test_what_s3_refuses_django_finds_out_about(
    url: str, s3: Stub, path: str, status: int, credentials: dict[str, str]
) -> None:
    s3.answer = lambda _: (status, OF_S3, b"<Error>bucket and key</Error>")
    answer = send(url + path, **credentials)
    assert (answer.status_code, answer.content, answer.headers["cache-control"]) == (404, b"gone", "no-store")
    assert not {"etag", "last-modified", "content-disposition"} & set(answer.headers)


@pytest.mark.parametrize("credentials", [{}, {"Authorization": "Bearer x"}])
@pytest.mark.parametrize("status", [500, 503])
def test_while_s3_is_at_fault_it_says_so(
    url: str, s3: Stub, path: str, status: int, credentials: dict[str, str]
) -> None:
    s3.answer = lambda _: (status, OF_S3, b"<Error>bucket and key</Error>")
    is_away(send(url + path, **credentials))


def is_away(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.headers["cache-control"], answer.headers["retry-after"]) == ("no-store", "5")
    assert not {"etag", "last-modified", "content-disposition"} & set(answer.headers)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Django with pictures in both storages: one came before S3 did."""
    home = tmp_path_factory.mktemp("server")
    settings = {"VITRINE_ACCEL": "/_stored/", "VITRINE_TRUSTED_PROXIES": "1", "VITRINE_STORAGE": "local"}
    with installation(home, **settings, **need_s3(), VITRINE_S3_LOCATION=f"tests/{uuid4()}") as made:
        made.start()
        yield made


def furnish(server: LiveServer) -> dict[str, tuple[str, bytes]]:
    """Path and bytes of a public picture in each storage."""
    owner = server.sign_up(f"owner{uuid4().hex[:8]}")
    gig = owner.post("/api/gigs", json={"title": "Vase", "description": "x", "price": "5.00"}).json()["id"]
    found = {}
    for storage in ("local", "s3") if server.settings["VITRINE_STORAGE"] == "local" else ("s3", "local"):
        if server.settings["VITRINE_STORAGE"] != storage:
            server.settings["VITRINE_STORAGE"] = storage
            server.stop()
            server.start()
        sent = {"file": ("a.jpg", jpeg_bytes((300, 200), noisy=True))}
        up = owner.post("/api/upload/gig", files=sent, data={"gig_id": str(gig)}).raise_for_status().json()
        path = f"/api/upload/{up['file_id']}"
        straight = {"If-Range": '"none"'}  # from the server itself, which nginx is before
        found[storage] = (path, owner.get(path, headers=straight, follow_redirects=True).content)
    owner.post(f"/api/gigs/{gig}/publish").raise_for_status()
    found["token"] = (str(owner.headers["Authorization"]), b"")
    return found


@pytest.mark.timeout(300)
def test_both_storages_are_served_side_by_side_and_each_without_the_other(
    server: LiveServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pictures = furnish(server)
    known = {"Authorization": pictures.pop("token")[0]}
    fronts = {
        "there": need_s3()["VITRINE_S3_ENDPOINT"],
        "away": f"http://127.0.0.1:{free_port()}",
        "none": "",
    }
    for state, endpoint in fronts.items():
        home = tmp_path_factory.mktemp(state)
        with nginx(home, server.port, server.media, S3=endpoint) as place:
            for storage, (path, data) in pictures.items():
                for credentials in ({}, known):
                    answer = send(f"http://{place}{path}", **credentials)
                    if (state, storage) == ("away", "s3"):
                        is_away(answer)
                    else:
                        assert (answer.status_code, answer.content) == (200, data), (state, storage)
                        assert answer.headers["content-type"] == "image/jpeg"


@pytest.fixture
def sending_on(server: LiveServer) -> Iterator[LiveServer]:
    """The server of the module while it sends people on to S3; after the test it is again as the others want it."""
    server.settings["VITRINE_S3_DELIVERY"] = "redirect"
    server.stop()
    server.start()
    yield server
    del server.settings["VITRINE_S3_DELIVERY"]
    server.stop()
    server.start()


@pytest.mark.timeout(300)
def test_where_people_are_sent_on_nginx_passes_that_through(
    sending_on: LiveServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pictures = furnish(sending_on)
    known = {"Authorization": pictures.pop("token")[0]}
    with nginx(tmp_path_factory.mktemp("nginx"), sending_on.port, sending_on.media) as place:
        for credentials in ({}, known):
            path, data = pictures["s3"]
            answer = send(f"http://{place}{path}", **credentials)
            assert (answer.status_code, answer.headers["cache-control"][:7]) == (302, "private")
            assert httpx.get(answer.headers["location"], trust_env=False).content == data
            assert send(f"http://{place}{pictures['local'][0]}", **credentials).status_code == 200
