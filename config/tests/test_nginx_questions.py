"""How often nginx asks Django, and what it answers where Django says no, cannot tell, or is away."""

import os
import pwd
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from config.tests.front import NGINX, Answer, Asked, Stub, nginx, stub
from config.tests.live import free_port

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
KEY = "renditions/a.webp"
YES = {
    "X-Vitrine-Stored": KEY, "Content-Type": "image/webp", "ETag": '"tag"', "Content-Disposition": "inline",
    "Cache-Control": "public, max-age=31536000, s-maxage=5, immutable",
    "Last-Modified": "Tue, 01 Jan 2008 00:00:00 GMT", "Cross-Origin-Resource-Policy": "cross-origin",
}  # fmt: skip
NO = {"WWW-Authenticate": 'Bearer realm="api"', "Cache-Control": "no-store"}


@pytest.fixture(scope="module")
def django() -> Iterator[Stub]:
    with stub() as server:
        yield server


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, django: Stub) -> Iterator[str]:
    home = tmp_path_factory.mktemp("nginx")
    (home / "media/renditions").mkdir(parents=True)
    (home / "media" / KEY).write_bytes(b"picture")
    with nginx(home, django.port, home / "media", TRUSTED="127.0.0.2") as place:
        yield f"http://{place}"


@pytest.fixture
def path(django: Stub) -> str:
    """A picture that nobody asked for before."""
    django.asked.clear()
    return f"/api/upload/{uuid4()}/card.webp?v=1"


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False, timeout=20)


def slow_yes(_: Asked) -> Answer:
    time.sleep(0.2)
    return 204, YES, b""


def at_once(url: str, visitors: int = 64) -> set[tuple[int, bytes]]:
    """What that many visitors at the same time get, all in one second by the clock."""
    with httpx.Client(trust_env=False, timeout=20) as client, ThreadPoolExecutor(visitors) as pool:
        time.sleep(1.05 - time.time() % 1)
        answers = list(pool.map(lambda _: client.get(url), range(visitors)))
    return {(answer.status_code, answer.content) for answer in answers}


@pytest.mark.parametrize("known_for", [None, 0, 7], ids=["new", "fresh", "stale"])
def test_many_visitors_at_once_cost_one_question(
    url: str, django: Stub, path: str, known_for: int | None
) -> None:
    django.answer = slow_yes
    if known_for is not None:
        assert get(url + path).status_code == 200
        time.sleep(known_for)
        django.asked.clear()
    assert at_once(url + path) == {(200, b"picture")}
    assert len(django.asked) == (0 if known_for == 0 else 1)
    assert all(asked.is_ask and asked.method == "HEAD" for asked in django.asked)


def test_a_yes_is_renewed_while_others_get_on_with_it(url: str, django: Stub, path: str) -> None:
    django.answer = slow_yes
    get(url + path)
    begun = time.monotonic()
    times = []
    with ThreadPoolExecutor(4) as pool, httpx.Client(trust_env=False) as client:

        def look(_: int) -> float:
            at = time.monotonic()
            assert client.get(url + path).status_code == 200
            return time.monotonic() - at

        while time.monotonic() - begun < 6.5:
            times += list(pool.map(look, range(4)))
            time.sleep(0.02)
    assert 2 <= len(django.asked) - 1 <= 4
    assert sum(took > 0.1 for took in times) <= len(django.asked)


def test_a_yes_is_good_for_less_than_five_seconds(url: str, django: Stub, path: str) -> None:
    django.answer = lambda _: (204, YES, b"")
    assert get(url + path).status_code == 200
    django.answer = lambda _: (401, NO, b"")
    begun = time.monotonic()
    while get(url + path).status_code == 200:
        assert time.monotonic() - begun < 5
        time.sleep(0.05)


def test_a_no_costs_one_question_each_time(url: str, django: Stub, path: str) -> None:
    django.answer = lambda _: (401, NO, b"")
    for _ in range(3):
        answer = get(url + path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.headers["cache-control"], answer.headers["www-authenticate"]) == (
            "no-store", NO["WWW-Authenticate"],
        )  # fmt: skip
    assert len(django.asked) == 3


@pytest.mark.parametrize("cannot_tell", [403, 404, 503])
def test_what_django_cannot_tell_at_once_is_asked_in_full_once(
    url: str, django: Stub, path: str, cannot_tell: int
) -> None:
    def answer(asked: Asked) -> Answer:
        return (cannot_tell, {}, b"") if asked.is_ask else (200, {"Content-Type": "image/webp"}, b"made")

    django.answer = answer
    assert get(url + path).content == b"made"
    assert [(asked.is_ask, asked.method, asked.path) for asked in django.asked] == [
        (True, "HEAD", path),
        (False, "GET", path),
    ]


@pytest.mark.parametrize(
    "name", ["Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"]
)
def test_conditions_and_ranges_go_to_django_as_they_are(url: str, django: Stub, path: str, name: str) -> None:
    django.answer = lambda _: (200, {}, b"django")
    assert get(url + path, **{name: "x"}).content == b"django"
    assert [(asked.is_ask, asked.headers[name]) for asked in django.asked] == [(False, "x")]


def test_a_file_that_went_after_the_yes_is_asked_for_again_where_it_was(
    url: str, django: Stub, path: str
) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.is_ask:
            return 204, YES | {"X-Vitrine-Stored": "renditions/gone.webp"}, b""
        if "If-Range" in asked.headers:
            return 503, {"Cache-Control": "no-store"}, b"lost"
        named = {f"X-Vitrine-{name}": YES[name] for name in ("Cache-Control", "Content-Disposition")}
        return 200, named | {"X-Accel-Redirect": "/_stored/renditions/gone.webp", "ETag": '"tag"'}, b""

    django.answer = answer
    for headers in ({}, {"Authorization": "Bearer x"}):
        lost = get(url + path, **headers)
        assert (lost.status_code, lost.content, lost.headers["cache-control"]) == (503, b"lost", "no-store")
        assert not {"etag", "last-modified", "content-disposition"} & set(lost.headers)
    assert {asked.path for asked in django.asked} == {path}


def test_forwarded_headers_are_believed_from_the_terminator_alone(url: str, django: Stub, path: str) -> None:
    django.answer = lambda _: (200, {}, b"")
    claimed = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "Authorization": "x"}
    for peer in ("127.0.0.1", "127.0.0.2"):
        with httpx.Client(transport=httpx.HTTPTransport(local_address=peer)) as client:
            client.get(url + path, headers=claimed)
    told = [(asked.headers["X-Forwarded-For"], asked.headers["X-Forwarded-Proto"]) for asked in django.asked]
    assert told == [("127.0.0.1", "http"), ("203.0.113.9", "https")]


def test_a_client_cannot_put_an_address_before_the_terminators(url: str, django: Stub, path: str) -> None:
    django.answer = lambda _: (200, {}, b"")
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2")) as client:
        client.get(url + path, headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "Authorization": "x"})
    assert django.asked[0].headers["X-Forwarded-For"] == "203.0.113.9"


def test_a_yes_for_one_scheme_is_none_for_the_other(url: str, django: Stub, path: str) -> None:
    django.answer = lambda _: (204, YES, b"")
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2")) as client:
        for scheme in ("https", "http"):
            client.get(url + path, headers={"X-Forwarded-Proto": scheme})
    assert [asked.headers["X-Forwarded-Proto"] for asked in django.asked] == ["https", "http"]


def test_while_the_server_is_away_all_of_the_api_says_so(tmp_path: Path) -> None:
    with nginx(tmp_path, free_port(), tmp_path) as place:
        picture = f"http://{place}/api/upload/{uuid4()}"
        for url in (f"http://{place}/api/gigs", picture, f"{picture}/card.webp"):
            for headers in ({}, {"Authorization": "Bearer x"}):
                answer = get(url, **headers)
                assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
                assert answer.headers["content-type"] == "application/problem+json"
                assert (answer.headers["cache-control"], answer.headers["retry-after"]) == ("no-store", "5")
        page = get(f"http://{place}/")
        assert (page.status_code, page.headers["content-type"]) == (503, "text/html")
        assert (page.headers["cache-control"], page.headers["retry-after"]) == ("no-store", "5")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can start it for another")
def test_started_by_root_it_reads_pictures_as_their_owner(django: Stub, path: str) -> None:
    django.answer = lambda _: (204, YES, b"")
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory() as folder:
        home, media = Path(folder), Path(folder) / "media"
        (media / KEY).parent.mkdir(parents=True)
        (media / KEY).write_bytes(b"picture")
        (media / KEY).chmod(0o600)
        for place in (media, (media / KEY).parent, media / KEY):
            os.chown(place, nobody.pw_uid, nobody.pw_gid)
        home.chmod(0o755)
        with nginx(home, django.port, media) as at:
            assert get(f"http://{at}{path}").content == b"picture"
            master = int((home / "nginx/nginx.pid").read_text())
            workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
            assert {Path(f"/proc/{worker}").stat().st_uid for worker in workers} == {nobody.pw_uid}
            # Another file, not the same with another owner: the one that is open already stays readable.
            (media / "secret").write_bytes(b"of root")
            (media / "secret").chmod(0o600)
            (media / "secret").rename(media / KEY)
            time.sleep(2.1)  # until nginx looks again: a second, by a clock of whole seconds
            django.answer = lambda asked: (204, YES, b"") if asked.is_ask else (404, {}, b"")
            assert get(f"http://{at}{path}").status_code != 200
