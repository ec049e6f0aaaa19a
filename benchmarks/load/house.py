"""The whole as it is deployed: nginx, web processes, workers, PostgreSQL, Redis, and a folder or S3."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from benchmarks.environment import WORK
from benchmarks.load.pictures import another
from benchmarks.load.shares import share
from config.tests.live import ROOT, LiveServer, empty_installation, free_port

STATIC = WORK / "static"
OWNERS, PICTURES = 4, 4  # people, and pictures of each before the load
SIZES = ("thumb", "card", "w640", "w1280")
WAITING = "from uploads_app.services.rendering.plan import waiting; print(waiting())"


class House:
    """A running installation; `url` is nginx's, `roots` the first process of each role."""

    def __init__(self, server: LiveServer, url: str, roots: dict[str, list[int]]) -> None:
        self.server, self.url, self.roots = server, url, roots

    def waiting(self) -> int:
        """Files that wait for renditions."""
        return int(self.server.manage("shell", "-v", "0", "-c", WAITING).split()[-1])

    def drained(self, seconds: float) -> tuple[float, int]:
        """Waits until nothing waits for renditions; the time it took, and what is left."""
        begun = time.monotonic()
        while (left := self.waiting()) and time.monotonic() - begun < seconds:
            time.sleep(1)
        return time.monotonic() - begun, left


@contextmanager
def deployed(home: Path, webs: int, workers: int, each: float = 0) -> Iterator[House]:
    """Everything started, with settings of production; all of it ends with the context.

    `each`: cores that every web process and every worker has at most, its decoders included; 0: whatever is there.
    """
    home.mkdir(parents=True)
    home.chmod(0o755)  # nginx's workers go through it
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "VITRINE_SECRET_KEY": secrets.token_urlsafe(50),
        "VITRINE_JWT_SIGNING_KEY": secrets.token_urlsafe(50),
        "VITRINE_ALLOWED_HOSTS": "127.0.0.1",
        "VITRINE_SSL_REDIRECT": "false",
        "VITRINE_TRUSTED_PROXIES": "1",
        "VITRINE_ACCESS_TTL": "7200",
        "VITRINE_QUOTA_BYTES": str(10**12),
        "VITRINE_ACCEL": "/_stored/",
        "VITRINE_THREADS": "4",
        "VITRINE_STATIC_ROOT": str(STATIC),
    }
    with ExitStack() as stack:
        server = stack.enter_context(empty_installation(home, **own))
        server.manage("migrate", "-v", "0")
        _collected(server)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        roots: dict[str, list[int]] = {}
        socket = str(home / "server.sock")
        for number, (role, words, more) in enumerate(_processes(server, home, socket, port, webs, workers)):
            cores = {"web": webs * each, "worker": each}.get(role, 0)
            held = stack.enter_context(share(f"{number}-{role}", cores))
            running = _running(held + words, server.environment | more, home / f"{role}.log")
            roots.setdefault(role, []).append(stack.enter_context(running))
        roots |= _servers(server)
        _until_it_answers(url, home)
        yield House(server, url, roots)


def _processes(
    server: LiveServer, home: Path, socket: str, port: int, webs: int, workers: int
) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    yield (
        "web",
        ["deploy/serve.sh"],
        {"SOCKET": socket, "WORKERS": str(webs), "BIN": str(Path(sys.executable).parent)},
    )
    for _ in range(workers):
        yield "worker", [sys.executable, "manage.py", "worker"], {}
    front = {
        "LISTEN": f"127.0.0.1:{port}",
        "UPSTREAM": f"unix:{socket}",
        "MEDIA": str(server.media),
        "RUN": str(home / "nginx"),
    }
    s3 = server.environment.get("VITRINE_S3_ENDPOINT", "")
    yield (
        "nginx",
        ["deploy/nginx.sh"],
        front | ({"S3": s3} if server.environment.get("VITRINE_STORAGE") == "s3" else {}),
    )


def _collected(server: LiveServer) -> None:
    """Static files, hashed and compressed, which takes a while: kept from run to run while none is newer."""
    stamp = STATIC / "staticfiles.json"
    newest = max(
        path.stat().st_mtime for folder in ("static", "var/assets") for path in (ROOT / folder).rglob("*")
    )
    if not stamp.exists() or stamp.stat().st_mtime < newest:
        server.manage("collectstatic", "--noinput", "-v", "0")


@contextmanager
def _running(words: list[str], environment: dict[str, str], log: Path) -> Iterator[int]:
    with log.open("ab") as out:
        process = subprocess.Popen(
            words, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True
        )
        try:
            yield process.pid
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


def _servers(server: LiveServer) -> dict[str, list[int]]:
    """PostgreSQL and Redis, which were there before, by the process that each says to be."""
    import psycopg
    import redis

    found: dict[str, list[int]] = {}
    if server.database_url.startswith("postgres"):
        with psycopg.connect(server.database_url) as own:
            mine = own.info.backend_pid
            stat = Path(f"/proc/{mine}/stat").read_text()
            found["postgresql"] = [int(stat.rpartition(")")[2].split()[1])]
    if url := os.environ.get("REDIS_URL"):
        found["redis"] = [int(redis.Redis.from_url(url).info("server")["process_id"])]
    return found


def _until_it_answers(url: str, home: Path) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/healthz", trust_env=False).status_code == 200:
                return
        time.sleep(0.1)
    raise SystemExit("it did not start: " + (home / "web.log").read_text() + (home / "nginx.log").read_text())


def furnish(house: House, photographs: list[bytes]) -> Path:
    """People with public and private pictures, all rendered; writes down for locust what there is to ask for."""
    port, house.server.port = (
        house.server.port,
        int(house.url.rpartition(":")[2]),
    )  # past the socket, through nginx
    people: list[dict[str, Any]] = []
    for number in range(OWNERS):
        client = house.server.sign_up(f"owner{number}")
        gig = (
            client.post("/api/gigs", json={"title": f"Vases {number}", "description": "x", "price": "5.00"})
            .raise_for_status()
            .json()["id"]
        )
        for place in range(PICTURES):
            body = another(
                photographs[(number + place) % len(photographs)], 10**9 + PICTURES * number + place
            )
            into = {"gig_id": str(gig)} if place % 2 else {}
            client.post("/api/upload/gig", files={"file": ("a.jpg", body)}, data=into).raise_for_status()
        client.post(f"/api/gigs/{gig}/publish").raise_for_status()
        people.append({"token": client.headers["Authorization"], "gig": gig, "client": client})
    house.drained(300)
    told = [_told(one) for one in people]
    house.server.port = port
    path = house.server.home / "people.json"
    path.write_text(json.dumps(told))
    return path


def _told(one: dict[str, Any]) -> dict[str, Any]:
    client: httpx.Client = one["client"]
    files = client.get("/api/upload/my-files", params={"limit": 50}).raise_for_status().json()["results"]
    found: dict[str, Any] = {
        "token": one["token"],
        "gig": one["gig"],
        "public": [],
        "private": [],
        "originals": [],
    }
    for file in files:
        urls = [file["renditions"][size]["url"] for size in SIZES if size in file["renditions"]]
        found["public" if file["in_use_by"] else "private"] += urls
        found["originals"].append(file["file_url"])
    return found
