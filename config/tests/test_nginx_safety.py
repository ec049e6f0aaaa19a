"""Whatever nginx answers itself has the headers of safety: its locations do not inherit them by themselves."""

import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from config.tests.front import NGINX, Answer, Asked, nginx, stub
from config.tests.live import free_port
from config.tests.test_nginx_and_s3 import OF_S3, PLACE
from config.tests.test_production import certificate

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate"),
]
HSTS = "max-age=31536000; includeSubDomains; preload"
KNOWN = {"Authorization": "Bearer x"}
PICTURE = "/api/upload/0d1cf1c5-6386-49ce-b957-6cb7dc27d976/card.webp"
# What is asked, with what, and the status: of pictures that nginx sends, of what it says itself, and of faults.
ANSWERS: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "a picture": ("GET", f"{PICTURE}?local", {}, 200),
    "a picture to its owner": ("GET", f"{PICTURE}?local", {"headers": KNOWN}, 200),
    "a part of it": ("GET", f"{PICTURE}?local", {"headers": KNOWN | {"Range": "bytes=1-2"}}, 206),
    "a part past its end": ("GET", f"{PICTURE}?local", {"headers": KNOWN | {"Range": "bytes=90-"}}, 416),
    "a picture in S3": ("GET", f"{PICTURE}?s3", {}, 200),
    "a picture in S3 to its owner": ("GET", f"{PICTURE}?s3", {"headers": KNOWN}, 200),
    "a no": ("GET", f"{PICTURE}?no", {}, 401),
    "too large a body": ("POST", "/api/upload/general", {"content": b"x" * 2000}, 413),
    "too large a form": ("POST", "/gigs/new", {"content": b"x" * 2000}, 413),
    "what Django says without them": ("GET", "/healthz", {}, 200),
    "metrics": ("GET", "/metrics", {}, 404),
    "its inside": ("GET", "/_ask", {}, 404),
    "too long an address": ("GET", "/" + "a" * 20_000, {}, 414),
    "too large a header": ("GET", "/", {"headers": {"Cookie": "a" * 20_000}}, 400),
}


def django(asked: Asked) -> Answer:
    """Of a picture what its query says; of all else nothing that is safe."""
    if PICTURE not in asked.path:
        return 200, {}, b"ok"
    where = asked.path.partition("?")[2]
    if where == "no":
        return 401, {}, b""
    is_local = where == "local"
    if asked.is_ask:
        return 204, {"X-Vitrine-Stored": "a.webp"} if is_local else PLACE | {"X-Vitrine-Stored": ".s3"}, b""
    leads = {"X-Accel-Redirect": "/_stored/a.webp"} if is_local else PLACE | {"X-Accel-Redirect": "/_s3"}
    return 200, leads, b""


@pytest.fixture(scope="module")
def fronts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """One that ends TLS, one that does not, and one that ends TLS before a server that is away."""
    home = tmp_path_factory.mktemp("safety")
    (home / "media").mkdir()
    (home / "media/a.webp").write_bytes(b"a picture")
    made, key = certificate(home)
    tls = {"CERTIFICATE": str(made), "CERTIFICATE_KEY": str(key)}
    for name in ("tls", "plain", "away"):
        (home / name).mkdir()
    with stub() as server, stub() as s3:
        server.answer, s3.answer = django, lambda _: (200, OF_S3, b"picture")
        own = {"S3": f"http://127.0.0.1:{s3.port}", "MAX_BODY": "1000"}
        with (
            nginx(home / "tls", server.port, home / "media", **own, **tls) as at_tls,
            nginx(home / "plain", server.port, home / "media", **own) as plain,
            nginx(home / "away", free_port(), home / "media", **tls) as away,
        ):
            yield {"tls": f"https://{at_tls}", "plain": f"http://{plain}", "away": f"https://{away}"}


def ask(url: str, method: str, more: dict[str, Any]) -> httpx.Response:
    return httpx.request(method, url, **more, verify=False, trust_env=False, timeout=20)


@pytest.mark.parametrize("what", ANSWERS)
def test_over_tls_each_answer_has_them_once(fronts: dict[str, str], what: str) -> None:
    method, path, more, status = ANSWERS[what]
    answer = ask(fronts["tls"] + path, method, more)
    assert answer.status_code == status
    assert answer.headers.get_list("strict-transport-security") == [HSTS]
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


@pytest.mark.parametrize("path", ["/", "/api/gigs", PICTURE])
def test_so_it_is_while_the_server_is_away(fronts: dict[str, str], path: str) -> None:
    answer = ask(fronts["away"] + path, "GET", {})
    assert answer.status_code == 503
    assert answer.headers.get_list("strict-transport-security") == [HSTS]
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


@pytest.mark.parametrize("what", ANSWERS)
def test_nothing_that_comes_without_tls_tells_browsers_to_stay_on_it(
    fronts: dict[str, str], what: str
) -> None:
    method, path, more, status = ANSWERS[what]
    answer = ask(fronts["plain"] + path, method, more)
    assert answer.status_code == status
    assert "strict-transport-security" not in answer.headers
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
