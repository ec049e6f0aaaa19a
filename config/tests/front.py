"""The real nginx of deploy/ for tests, before a real server or before one that counts what it is asked."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from config.tests.live import ROOT, free_port

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


@contextmanager
def nginx(home: Path, upstream: int, media: Path, **settings: str) -> Iterator[str]:
    """nginx.sh before the server at the port `upstream`; gives its host and port."""
    place = f"127.0.0.1:{free_port()}"
    own = {
        "LISTEN": place,
        "UPSTREAM": f"127.0.0.1:{upstream}",
        "MEDIA": str(media),
        "RUN": str(home / "nginx"),
    }
    log = home / "nginx.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(ROOT / "deploy/nginx.sh")],
            env=os.environ | own | settings,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    scheme = "https" if "CERTIFICATE" in settings else "http"
    try:
        _wait(f"{scheme}://{place}/healthz", process, log)
        yield place
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        assert process.poll() is None, log.read_text()
        with suppress(httpx.TransportError):
            httpx.get(url, trust_env=False, verify=False)  # whatever its certificate
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: Message

    @property
    def is_ask(self) -> bool:
        return "X-Vitrine-Ask" in self.headers


Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Stub:
    """A server in Django's place: `answer` says what it answers, `asked` what it was asked for pictures."""

    port: int
    answer: Callable[[Asked], Answer]
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def stub(host: str = "127.0.0.1", port: int = 0) -> Iterator[Stub]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = Asked(self.command, self.path, self.headers)
            if self.path != "/healthz":
                at.asked.append(asked)
            status, headers, body = at.answer(asked)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815  (the name that http.server looks for)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer((host, port), Handler) as server:
        at = Stub(server.server_port, lambda _: (200, {}, b""))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield at
        finally:
            server.shutdown()
