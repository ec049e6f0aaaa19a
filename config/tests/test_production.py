"""The production settings behind the real nginx: TLS ends in it, or before it."""

import base64
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from config.tests.front import NGINX, nginx
from config.tests.live import LiveServer, installation
from uploads_app.tests.image_factories import jpeg_bytes
from users.tests.second_factor import code_of, field

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate"),
]
HSTS = "max-age=31536000; includeSubDomains; preload"
PASSWORD = "correct horse battery"
TERMINATOR = "127.0.0.2"


@dataclass
class Production:
    """One server with two nginx before it: `tls` ends TLS itself, before `plain` TERMINATOR does."""

    server: LiveServer
    tls: str
    plain: str
    certificate: Path

    def browser(self, peer: str = "127.0.0.1") -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.certificate))
        transport = httpx.HTTPTransport(verify=context, local_address=peer)
        return httpx.Client(base_url=f"https://{self.tls}", transport=transport, timeout=30)

    def terminator(self, client: str, peer: str = TERMINATOR) -> httpx.Client:
        """Who ends TLS in front, at the address `peer`, passing on what came from `client`."""
        return httpx.Client(
            base_url=f"http://{self.plain}",
            headers={"X-Forwarded-For": client, "X-Forwarded-Proto": "https"},
            transport=httpx.HTTPTransport(local_address=peer),
            timeout=30,
        )


def certificate(home: Path) -> tuple[Path, Path]:
    made, key = home / "certificate.pem", home / "key.pem"
    words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(made)]
    subprocess.run([*words.split(), *names, *files], check=True, capture_output=True)
    return made, key


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    home = tmp_path_factory.mktemp("production")
    settings = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "VITRINE_SECRET_KEY": secrets.token_urlsafe(64),
        "VITRINE_JWT_SIGNING_KEY": secrets.token_urlsafe(64),
        "VITRINE_ALLOWED_HOSTS": "127.0.0.1",
        "VITRINE_BEHIND_TLS_PROXY": "true",
        "VITRINE_TRUSTED_PROXIES": "1",
        "VITRINE_STORAGE": "local",
        "VITRINE_ACCEL": "/_stored/",
        "VITRINE_STATIC_ROOT": str(home / "static"),
        "VITRINE_THROTTLE_SCALE": "1",
        "VITRINE_THROTTLE_REGISTER": "3/hour",
    }
    made, key = certificate(home)
    with ExitStack() as stack:
        server = stack.enter_context(installation(home, **settings))
        server.manage("collectstatic", "--noinput", "-v", "0")
        server.start()
        (home / "in").mkdir()
        (home / "before").mkdir()
        tls = {"CERTIFICATE": str(made), "CERTIFICATE_KEY": str(key)}
        at_tls = stack.enter_context(nginx(home / "in", server.port, server.media, **tls))
        plain = stack.enter_context(nginx(home / "before", server.port, server.media, TRUSTED=TERMINATOR))
        yield Production(server, at_tls, plain, made)


def signed_up(client: httpx.Client, name: str) -> httpx.Client:
    account = {"username": name, "password": PASSWORD}
    register = client.post("/api/auth/register", json=account | {"email": f"{name}@example.org"})
    assert register.status_code == 201, register.text
    access = client.post("/api/auth/token", json=account).raise_for_status().json()["access"]
    client.headers["Authorization"] = f"Bearer {access}"
    return client


def test_pictures_come_and_go_over_tls(production: Production) -> None:
    owner, visitor = signed_up(production.browser(), "owner"), production.browser()
    picture = {"file": ("a.jpg", jpeg_bytes((300, 200), noisy=True))}
    gig = owner.post("/api/gigs", json={"title": "Vase", "description": "x", "price": "5.00"}).json()["id"]
    public = owner.post("/api/upload/gig", files=picture, data={"gig_id": str(gig)}).raise_for_status().json()
    owner.post(f"/api/gigs/{gig}/publish").raise_for_status()
    private = owner.post("/api/upload/general", files=picture).raise_for_status().json()
    for path in (public["file_url"], private["file_url"]):
        mine = owner.get(path)
        assert (mine.status_code, mine.headers["content-type"]) == (200, "image/jpeg")
        assert mine.content == owner.get(path).content
    assert visitor.get(public["file_url"]).content == owner.get(public["file_url"]).content
    assert visitor.get(private["file_url"]).status_code == 401


def test_there_is_no_redirect_and_browsers_are_told_to_stay_on_tls(production: Production) -> None:
    for client in (production.browser(), production.terminator("203.0.113.1")):
        for path in ("/api/docs", "/api/gigs", "/api/upload/config", "/admin/login/", "/healthz"):
            answer = client.get(path)
            assert answer.status_code in (200, 401), (path, answer.headers)
            assert answer.headers["strict-transport-security"] == HSTS


def test_the_admins_cookies_are_for_tls_alone(production: Production) -> None:
    for client in (production.browser(), production.terminator("203.0.113.1")):
        cookies = client.get("/admin/login/").headers.get_list("set-cookie")
        assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-csrftoken"]
        assert "Secure" in [part.strip() for part in cookies[0].split(";")]


def test_staff_sign_in_to_the_admin_over_tls(production: Production) -> None:
    who = f"'staff', 'staff@example.org', '{PASSWORD}'"
    code = f"from users.models import User; User.objects.create_superuser({who})"
    production.server.manage("shell", "-v", "0", "-c", code)
    client = production.browser()
    client.get("/admin/login/")
    form = {
        "username": "staff",
        "password": PASSWORD,
        "csrfmiddlewaretoken": client.cookies["__Host-csrftoken"],
    }
    answer = client.post(
        "/admin/login/?next=/admin/", data=form, headers={"Referer": f"https://{production.tls}/"}
    )
    assert answer.status_code == 302
    cookies = answer.headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-csrftoken", "__Host-sessionid"}
    assert all("Secure" in cookie for cookie in cookies)
    assert client.get("/admin/").status_code == 302  # a password alone is not enough here
    assert _with_second_factor(client, f"https://{production.tls}").get("/admin/").status_code == 200


def _with_second_factor(client: httpx.Client, origin: str) -> httpx.Client:
    page = "/admin/second-factor/set-up/"
    html = client.get(page).text
    key = base64.b32decode(re.findall(r"<code>([A-Z2-7-]+)</code>", html)[0].replace("-", ""))
    form = {
        "secret": field(html, "secret"),
        "code": code_of(key.hex()),
        "csrfmiddlewaretoken": client.cookies["__Host-csrftoken"],
    }
    answer = client.post(page, data=form, headers={"Referer": origin + page})
    assert answer.status_code == 200, answer.text
    return client


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_new_tls_is_spoken_with_http2(production: Production, version: str) -> None:
    context = ssl.create_default_context(cafile=str(production.certificate))
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    context.set_alpn_protocols(["h2", "http/1.1"])
    assert _spoken(production.tls, context) == "h2"


def test_old_tls_is_not_spoken(production: Production) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(str(production.certificate))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is the point of it
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match="protocol version"):
        _spoken(production.tls, context)


def _spoken(place: str, context: ssl.SSLContext) -> str | None:
    host, _, port = place.partition(":")
    with (
        socket.create_connection((host, int(port))) as raw,
        context.wrap_socket(raw, server_hostname=host) as tls,
    ):
        return tls.selected_alpn_protocol()


def statuses(clients: list[httpx.Client], stem: str) -> list[int]:
    """What registering from each client answers, of whom one address may do it three times an hour."""
    account = {"password": PASSWORD}
    found = []
    for number, client in enumerate(clients):
        name = f"{stem}{number}"
        answer = client.post(
            "/api/auth/register", json=account | {"username": name, "email": f"{name}@example.org"}
        )
        found.append(answer.status_code)
    return found


def test_each_client_of_the_terminator_is_counted_by_itself(production: Production) -> None:
    addresses = [f"203.0.113.{number}" for number in range(10, 15)]
    assert statuses([production.terminator(address) for address in addresses], "each") == [201] * 5
    assert statuses([production.terminator("198.51.100.7")] * 4, "one") == [201] * 3 + [429]


def test_nobody_else_says_where_a_request_came_from(production: Production) -> None:
    clients = [production.terminator(f"192.0.2.{number}", peer="127.0.0.3") for number in range(4)]
    for client in clients:  # its scheme is not believed either
        assert client.get("/api/gigs").status_code == 301
    forged = [production.browser(peer="127.0.0.4") for _ in range(5)]
    for number, client in enumerate(forged):
        client.headers["X-Forwarded-For"] = f"192.0.2.{number}"
    assert statuses(forged, "forged")[-1] == 429
