"""The site of benchmarks/delivery.py: all servers, started with the same pictures, and what is asked of them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.environment import PEERS, ROOT, prepared
from benchmarks.scenes import scene
from config.tests.live import LiveServer, free_port, installation

NGINX = "/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else "nginx"
SMALL, LARGE = "60 kB WebP", "4 MB JPEG"
BARE, PEER = "nginx, bare file", "FastAPI, private"


@dataclass(frozen=True)
class Case:
    """One thing to ask one server for, again and again; `expects` is the status it must answer with."""

    what: str
    server: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    expects: int = 200


def large_picture(folder: Path) -> Path:
    """A JPEG of 4 MB: what grain costs is steady enough to get there by the quality alone."""
    picture, path = scene((4000, 3000), 24), folder / "large.jpg"
    for quality in range(60, 96):
        picture.save(path, quality=quality)
        if path.stat().st_size >= 4_000_000:
            break
    return path


def small_picture(folder: Path) -> Path:
    """A picture whose largest size is a WebP of 60 kB or so."""
    path = folder / "small.jpg"
    for strength in range(2, 60):
        picture = scene((960, 720), strength)
        picture.save(folder / "probe.webp", quality=80, method=2)
        picture.save(path, quality=92)
        if (folder / "probe.webp").stat().st_size >= 71_000:  # the JPEG between them smooths some away
            break
    return path


@dataclass(frozen=True)
class Uploaded:
    """Where one uploaded picture is found: its address, and its file in the storage."""

    path: str
    stored: Path


def furnish(server: LiveServer, picture: Path, size: str | None, owner: httpx.Client, gig: int) -> Uploaded:
    """Uploads a picture to a published gig; `size` names the rendition to ask for, None the original."""
    with picture.open("rb") as body:
        answer = owner.post(
            "/api/upload/gig", files={"file": (picture.name, body)}, data={"gig_id": str(gig)} if gig else {}
        ).raise_for_status()
    file_id = answer.json()["file_id"]
    server.manage("worker", "--drain")
    known = owner.get(f"/api/upload/{file_id}/metadata").json()
    if size is None:
        return Uploaded(known["file_url"], server.media / known["file_path"])
    url = known["renditions"][size]["url"]
    digest = url.rpartition("=")[2]
    code = f"from uploads_app.models import Rendition as R; print(R.objects.get(file='{file_id}', digest='{digest}').key)"
    return Uploaded(url, server.media / server.manage("shell", "-v", "0", "-c", code).strip())


@contextmanager
def running(words: list[str], environment: dict[str, str], ready: str, log: Path) -> Iterator[None]:
    """A server in the background, from its first good answer at `ready` (if any) to the end of the context."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            words, cwd=ROOT, env=os.environ | environment, stdout=out, stderr=out, start_new_session=True
        )
        try:
            limit = time.monotonic() + 30
            while ready and time.monotonic() < limit:
                with suppress(httpx.TransportError):
                    if httpx.get(ready, trust_env=False).status_code < 500:
                        break
                time.sleep(0.05)
            else:
                if ready:
                    raise SystemExit(f"{words[0]} did not start: {log.read_text()}")
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def bare_nginx(home: Path, root: Path, port: int) -> list[str]:
    """The yardstick: the same files, the same nginx settings that matter, nothing in front."""
    run = home / "bare"
    run.mkdir()
    (run / "nginx.conf").write_text(
        f"""worker_processes 2; pid {run}/pid; error_log stderr; events {{ worker_connections 4096; }}
http {{ access_log off; sendfile on; tcp_nopush on; open_file_cache max=10000; client_body_temp_path {run}/b;
proxy_temp_path {run}/p; fastcgi_temp_path {run}/f; uwsgi_temp_path {run}/u; scgi_temp_path {run}/s;
types {{ image/jpeg jpg; image/webp webp; }} server {{ listen 127.0.0.1:{port}; root {root}; }} }}"""
    )
    user = " user root;" if os.getuid() == 0 else ""
    return [NGINX, "-p", str(run), "-c", str(run / "nginx.conf"), "-g", f"daemon off;{user}"]


def cases(
    urls: dict[str, str], own: dict[str, dict[str, Uploaded]], media: Path, jwt: str, peer: dict[str, Any]
) -> list[Case]:
    """All that is asked for. `own` has the pictures by size and by who may see them."""
    known = {"Authorization": f"Bearer {jwt}"}
    theirs = {"Authorization": f"Bearer {peer['token']}"}
    made = []
    for number, size in enumerate((SMALL, LARGE)):
        public, private = own[size]["public"], own[size]["private"]
        at_peer = f"{urls['FastAPI']}/api/upload/{peer['ids'][number]}"
        made += [
            Case(size, BARE, f"{urls['bare']}/{public.stored.relative_to(media)}"),
            Case(size, "Vitrine, nginx, public", urls["nginx"] + public.path),
            Case(size, "Vitrine, nginx, private", urls["nginx"] + private.path, known),
            Case(size, "Vitrine, no nginx, public", urls["direct"] + public.path),
            Case(size, "Vitrine, no nginx, private", urls["direct"] + private.path, known),
            Case(size, PEER, at_peer, theirs),
        ]
        if size == SMALL:
            tag = httpx.get(urls["direct"] + private.path, headers=known, trust_env=False).headers["etag"]
            asked = known | {"If-None-Match": tag}
            tag = httpx.get(at_peer, headers=theirs, trust_env=False).headers["etag"]
            made += [
                Case("304", "Vitrine, nginx, private", urls["nginx"] + private.path, asked, 304),
                Case("304", "Vitrine, no nginx, private", urls["direct"] + private.path, asked, 304),
                Case("304", PEER, at_peer, theirs | {"If-None-Match": tag}),  # it knows no 304
            ]
    return made


@contextmanager
def everything(home: Path) -> Iterator[list[Case]]:
    """All servers, with the same pictures; `home` is an empty folder for all that they keep."""
    ports = {name: free_port() for name in ("direct", "nginx", "bare", "FastAPI")}
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    settings = {"VITRINE_TRUSTED_PROXIES": "1", "VITRINE_ACCESS_TTL": "7200"}
    with ExitStack() as stack:
        server = stack.enter_context(installation(home, **settings))
        server.port = ports["direct"]
        for name, words, own in _servers(server, ports, home):
            ready = (
                f"{urls[name]}/healthz" if name in urls else ""
            )  # the one on a socket is asked through nginx
            stack.enter_context(running(words, own, ready, home / f"{name}.log"))
        owner = server.sign_up("owner")
        found = furnished(server, owner, home)
        peer = stack.enter_context(_peer(home, found, urls["FastAPI"], ports["FastAPI"]))
        for size, places in found.items():
            print(f"{size}: {places['public'].stored.stat().st_size:,} bytes")
        jwt = owner.headers["Authorization"].removeprefix("Bearer ")
        yield cases(urls, found, server.media, jwt, peer)


def _servers(
    server: LiveServer, ports: dict[str, int], home: Path
) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Vitrine without and with nginx, and the bare nginx: name, command and environment."""
    serve = server.environment | {"WORKERS": "2", "BIN": str(Path(sys.executable).parent)}
    yield "direct", ["deploy/serve.sh"], serve | {"PORT": str(ports["direct"])}
    socket = str(home / "server.sock")
    behind = {"SOCKET": socket, "VITRINE_ACCEL": "/_stored/", "VITRINE_THREADS": "4"}
    yield "behind", ["deploy/serve.sh"], serve | behind
    front = {
        "LISTEN": f"127.0.0.1:{ports['nginx']}", "UPSTREAM": f"unix:{socket}",
        "MEDIA": str(server.media), "RUN": str(home / "nginx"),
    }  # fmt: skip
    yield "nginx", ["deploy/nginx.sh"], front
    yield "bare", bare_nginx(home, server.media, ports["bare"]), {}


def furnished(server: LiveServer, owner: httpx.Client, home: Path) -> dict[str, dict[str, Uploaded]]:
    """Each picture twice: in a published gig, and in no use."""
    pictures = {SMALL: (small_picture(home), "w960"), LARGE: (large_picture(home), None)}
    gig = owner.post("/api/gigs", json={"title": "Vase", "description": "x", "price": "5.00"}).json()["id"]
    found = {
        size: {
            "public": furnish(server, picture, rendition, owner, gig),
            "private": furnish(server, picture, rendition, owner, 0),
        }
        for size, (picture, rendition) in pictures.items()
    }
    owner.post(f"/api/gigs/{gig}/publish").raise_for_status()
    return found


@contextmanager
def _peer(home: Path, found: dict[str, dict[str, Uploaded]], url: str, port: int) -> Iterator[dict[str, Any]]:
    """FastAPI with rows for the same files; gives the token and their ids."""
    python, own = str(prepared()), {"PEER_HOME": str(home)}
    stored = [str(found[size]["private"].stored) for size in (SMALL, LARGE)]
    furnish_it = [python, str(PEERS / "fastapi_files.py"), *stored]
    told = subprocess.run(furnish_it, env=os.environ | own, check=True, capture_output=True, text=True).stdout
    uvicorn = [
        python, "-m", "uvicorn", "--app-dir", str(PEERS), "fastapi_files:app", "--workers", "2",
        "--port", str(port), "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip
    with running(uvicorn, own, url, home / "fastapi.log"):
        yield json.loads(told)
