"""The site as it is deployed: production settings, nginx with TLS before it, and somebody's pictures in it."""

import secrets
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from config.tests.collected import collect_once, shared_folder
from config.tests.front import NGINX, nginx
from config.tests.live import LiveServer, free_port, installation
from uploads_app.tests.image_factories import jpeg_bytes
from users.tests.factories import PASSWORD

NAME = "vitrine.example"

needs = [
    pytest.mark.service,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate"),
]


@dataclass(frozen=True)
class Deployed:
    """A site at 127.0.0.1 and the two ports, which answers to NAME too.

    Of its owner: the address of the published gig's page, of its picture and of a size of it, and of a picture
    that nobody else may see; a link to that one which anybody may follow, and the header that lets the owner in.
    """

    http: int
    https: int
    certificate: Path
    gig: str
    picture: str
    rendition: str
    private: str
    shared: str
    authorization: str

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.https}"


@contextmanager
def deployed(home: Path, **settings: str) -> Iterator[Deployed]:
    """A site in the folder `home`, with `settings` beside those that production needs."""
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "VITRINE_SECRET_KEY": secrets.token_urlsafe(64),
        "VITRINE_JWT_SIGNING_KEY": secrets.token_urlsafe(64),
        "VITRINE_ALLOWED_HOSTS": f"{NAME},127.0.0.1",
        "VITRINE_BEHIND_TLS_PROXY": "true",
        "VITRINE_TRUSTED_PROXIES": "1",
        "VITRINE_ACCEL": "/_stored/",
        "VITRINE_STATIC_ROOT": str(shared_folder()),
    }
    certificate, key = _certificate(home)
    http = free_port()
    front = {"PLAIN": f"127.0.0.1:{http}", "CERTIFICATE": str(certificate), "CERTIFICATE_KEY": str(key)}
    with ExitStack() as stack:
        server = stack.enter_context(installation(home, **own | settings))
        collect_once(server, shared_folder())
        server.start()
        place = stack.enter_context(nginx(home, server.port, server.media, **front))
        context = ssl.create_default_context(cafile=str(certificate))
        owner = httpx.Client(base_url=f"https://{place}", verify=context, trust_env=False, timeout=30)
        yield _furnished(server, stack.enter_context(owner), http, certificate)


def _certificate(home: Path) -> tuple[Path, Path]:
    made, key = home / "certificate.pem", home / "key.pem"
    words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(made)]
    subprocess.run([*words.split(), *names, *files], check=True, capture_output=True)
    return made, key


def _furnished(server: LiveServer, owner: httpx.Client, http: int, certificate: Path) -> Deployed:
    secret = {"username": "owner", "password": PASSWORD}
    owner.post("/api/auth/register", json=secret | {"email": "owner@example.org"}).raise_for_status()
    token = owner.post("/api/auth/token", json=secret).raise_for_status().json()["access"]
    owner.headers["Authorization"] = f"Bearer {token}"
    picture = {"file": ("Grün.jpg", jpeg_bytes((600, 400), noisy=True))}
    gig = owner.post("/api/gigs", json={"title": "Vase", "description": "x", "price": "5.00"}).json()["id"]
    public = owner.post("/api/upload/gig", files=picture, data={"gig_id": str(gig)}).raise_for_status().json()
    owner.post(f"/api/gigs/{gig}/publish").raise_for_status()
    server.manage("worker", "--drain")
    private = owner.post("/api/upload/general", files=picture).raise_for_status().json()
    link = owner.post(f"{private['file_url']}/share", json={"expires_in": 3600}).raise_for_status().json()
    told = owner.get(f"{public['file_url']}/metadata").raise_for_status().json()
    return Deployed(
        http=http,
        https=owner.base_url.port or 443,
        certificate=certificate,
        gig=str(owner.get(f"/gigs/{gig}/", follow_redirects=True).url.path),
        picture=public["file_url"],
        rendition=told["renditions"]["card"]["url"],
        private=private["file_url"],
        shared=link["url"],
        authorization=owner.headers["Authorization"],
    )
