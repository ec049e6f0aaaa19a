#!/usr/bin/env python
"""Requests a second for pictures: Vitrine with and without nginx, nginx with bare files, and FastAPI.

    .venv/bin/python benchmarks/delivery.py [--seconds 5] [--passes 3] [--connections 32] [--plot FILE]

Needs nginx and wrk. Makes its peer's environment in var/benchmarks at the first run (pip). Two workers of each
server, all on loopback, one measured at a time, taking turns. Vitrine uses the database that DATABASE_URL names (or
SQLite), the peer SQLite. Prints medians and ratios, and draws var/benchmarks/delivery.png.
"""

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import httpx
from peers.environment import PEERS, ROOT, WORK, draw, prepared
from PIL import Image

from config.tests.live import LiveServer, free_port, installation

NGINX = "/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else "nginx"
SMALL, LARGE = "60 kB WebP", "4 MB JPEG"
Pictures = dict[str, Path]


@dataclass(frozen=True)
class Case:
    """One thing to ask one server for, again and again; `expects` is the status it must answer with."""

    what: str
    server: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    expects: int = 200


def grain(size: tuple[int, int], strength: float) -> Image.Image:
    bands = (Image.radial_gradient("L").resize(size), Image.linear_gradient("L").resize(size))
    return Image.merge("RGB", (*bands, Image.effect_noise(size, strength)))


def large_picture(folder: Path) -> Path:
    """A JPEG of 4 MB: what grain costs is steady enough to get there by the quality alone."""
    picture, path = grain((4000, 3000), 24), folder / "large.jpg"
    for quality in range(60, 96):
        picture.save(path, quality=quality)
        if path.stat().st_size >= 4_000_000:
            break
    return path


def small_picture(folder: Path) -> Path:
    """A picture whose largest size is a WebP of 60 kB or so."""
    path = folder / "small.jpg"
    for strength in range(2, 60):
        picture = grain((960, 720), strength)
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
    """A server in the background, from its first answer to the end of the context."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            words, cwd=ROOT, env=os.environ | environment, stdout=out, stderr=out, start_new_session=True
        )
        try:
            limit = time.monotonic() + 30
            while time.monotonic() < limit:
                with suppress(httpx.TransportError):
                    httpx.get(ready, trust_env=False)
                    break
                time.sleep(0.05)
            else:
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


def rate(case: Case, seconds: int, connections: int) -> float:
    """Requests a second by wrk; stops the benchmark at any answer that is not what is expected."""
    first = httpx.get(case.url, headers=case.headers, trust_env=False)
    if first.status_code != case.expects:
        raise SystemExit(f"{case.server}, {case.what}: {first.status_code} {first.text[:200]}")
    words = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    for name, value in case.headers.items():
        words += ["-H", f"{name}: {value}"]
    told = subprocess.run([*words, case.url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"{case.server}, {case.what}: {told}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found
    return float(found.group(1))


def cases(
    urls: dict[str, str], own: dict[str, dict[str, Uploaded]], media: Path, jwt: str, peer: dict[str, object]
) -> list[Case]:
    """All that is asked for. `own` has the pictures by size and by who may see them."""
    known = {"Authorization": f"Bearer {jwt}"}
    theirs = {"Authorization": f"Bearer {peer['token']}"}
    made = []
    for number, size in enumerate((SMALL, LARGE)):
        public, private = own[size]["public"], own[size]["private"]
        at_peer = f"{urls['FastAPI']}/api/upload/{peer['ids'][number]}"  # type: ignore[index]
        made += [
            Case(size, "nginx, bare file", f"{urls['bare']}/{public.stored.relative_to(media)}"),
            Case(size, "Vitrine, nginx, public", urls["nginx"] + public.path),
            Case(size, "Vitrine, nginx, private", urls["nginx"] + private.path, known),
            Case(size, "Vitrine, no nginx, public", urls["direct"] + public.path),
            Case(size, "Vitrine, no nginx, private", urls["direct"] + private.path, known),
            Case(size, "FastAPI, private", at_peer, theirs),
        ]
        if size == SMALL:
            tag = httpx.get(urls["direct"] + private.path, headers=known, trust_env=False).headers["etag"]
            asked = known | {"If-None-Match": tag}
            tag = httpx.get(at_peer, headers=theirs, trust_env=False).headers["etag"]
            made += [
                Case("304", "Vitrine, nginx, private", urls["nginx"] + private.path, asked, 304),
                Case("304", "Vitrine, no nginx, private", urls["direct"] + private.path, asked, 304),
                Case("304", "FastAPI, private", at_peer, theirs | {"If-None-Match": tag}),  # it knows no 304
            ]
    return made


@contextmanager
def everything(home: Path) -> Iterator[list[Case]]:
    """All servers, with the same pictures."""
    settings = {"VITRINE_TRUSTED_PROXIES": "1", "VITRINE_ACCESS_TTL": "7200"}
    python, bin_ = prepared(), str(Path(sys.executable).parent)
    ports = {name: free_port() for name in ("direct", "behind", "nginx", "bare", "FastAPI")}
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    with ExitStack() as stack:
        server = stack.enter_context(installation(home, **settings))
        serve = server.environment | {"WORKERS": "2", "BIN": bin_}
        for name, accel in (("direct", ""), ("behind", "/_stored/")):
            own = serve | {"PORT": str(ports[name]), "VITRINE_ACCEL": accel}
            stack.enter_context(
                running(["deploy/serve.sh"], own, f"{urls[name]}/healthz", home / f"{name}.log")
            )
        front = {
            "LISTEN": f"127.0.0.1:{ports['nginx']}", "UPSTREAM": f"127.0.0.1:{ports['behind']}",
            "MEDIA": str(server.media), "RUN": str(home / "nginx"),
        }  # fmt: skip
        stack.enter_context(
            running(["deploy/nginx.sh"], front, f"{urls['nginx']}/healthz", home / "nginx.log")
        )
        stack.enter_context(
            running(bare_nginx(home, server.media, ports["bare"]), {}, urls["bare"], home / "bare.log")
        )
        server.port = ports["direct"]
        owner = server.sign_up("owner")
        pictures = {SMALL: (small_picture(home), "w960"), LARGE: (large_picture(home), None)}
        gig = owner.post("/api/gigs", json={"title": "Vase", "description": "x", "price": "5.00"}).json()[
            "id"
        ]
        found = {
            size: {
                "public": furnish(server, picture, rendition, owner, gig),
                "private": furnish(server, picture, rendition, owner, 0),
            }
            for size, (picture, rendition) in pictures.items()
        }
        owner.post(f"/api/gigs/{gig}/publish").raise_for_status()
        peer_home = {"PEER_HOME": str(home)}
        stored = [str(found[size]["private"].stored) for size in (SMALL, LARGE)]
        words = [str(python), str(PEERS / "fastapi_files.py"), *stored]
        told = subprocess.run(
            words, env=os.environ | peer_home, check=True, capture_output=True, text=True
        ).stdout
        uvicorn = [
            str(python), "-m", "uvicorn", "--app-dir", str(PEERS), "fastapi_files:app", "--workers", "2",
            "--port", str(ports["FastAPI"]), "--no-access-log", "--log-level", "warning",
        ]  # fmt: skip
        stack.enter_context(running(uvicorn, peer_home, urls["FastAPI"], home / "fastapi.log"))
        jwt = owner.headers["Authorization"].removeprefix("Bearer ")
        for size, places in found.items():
            print(f"{size}: {places['public'].stored.stat().st_size:,} bytes")
        yield cases(urls, found, server.media, jwt, json.loads(told))


def table(found: list[tuple[Case, float]]) -> str:
    lines = [
        "| asked for | server | requests/s | of nginx | times FastAPI |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    by = {(case.what, case.server): value for case, value in found}
    for (what, server), value in by.items():
        nginx, peer = by.get((what, "nginx, bare file")), by[what, "FastAPI, private"]
        of_nginx = f"{value / nginx:.2f}" if nginx else ""
        lines.append(f"| {what} | {server} | {value:,.0f} | {of_nginx} | {value / peer:.2f} |")
    return "\n".join(lines)


PLOT = """
names = list(dict.fromkeys(row["server"] for row in data))
kinds = list(dict.fromkeys(row["what"] for row in data))
figure, axes = plt.subplots(1, len(kinds), figsize=(4.2 * len(kinds), 3.6))
for axis, kind in zip(axes, kinds):
    rows = [row for row in data if row["what"] == kind]
    axis.barh([row["server"] for row in rows], [row["rate"] for row in rows]); axis.invert_yaxis()
    axis.set_title(kind); axis.set_xlabel("requests a second (log)"); axis.set_xscale("log")
"""


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seconds", type=int, default=5)
    options.add_argument("--passes", type=int, default=3)
    options.add_argument("--connections", type=int, default=32)
    options.add_argument("--only", default="", help="only what has these words in it")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as home, everything(Path(home)) as all_cases:
        chosen = [case for case in all_cases if asked.only in f"{case.what} {case.server}"]
        rates: dict[int, list[float]] = {}
        for number in range(asked.passes):
            for index, case in enumerate(chosen):
                if number == 0:
                    rate(case, 1, asked.connections)  # warms
                rates.setdefault(index, []).append(rate(case, asked.seconds, asked.connections))
        found = [(case, statistics.median(rates[index])) for index, case in enumerate(chosen)]
    print(table(found))
    rows = [{"what": case.what, "server": case.server, "rate": value} for case, value in found]
    print(f"\ndrawn: {draw(PLOT, rows, WORK / 'delivery.png')}")


if __name__ == "__main__":
    main()
