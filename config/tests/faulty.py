"""A proxy in front of a real S3 that fails on purpose, is far away on purpose, and counts what it is asked.

It passes requests on under the name by which it was called, which is what their signatures say.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ALL = 1_000_000  # times
_HOP = {"connection", "keep-alive", "transfer-encoding", "expect"}


class Fault(Enum):
    """What goes wrong."""

    ERROR = "500"
    BUSY = "503"
    SILENT = "no answer"  # S3 never hears of it
    TORN = "the request is cut"  # S3 never hears of it
    CUT = "the answer's body is cut halfway"
    LOST = "S3 did it, and its answer is lost"


# An answer without a body cannot be cut.
WRITING = [fault for fault in Fault if fault is not Fault.CUT]


@dataclass
class Rule:
    """Goes wrong for an operation, from the `first` to the `last` time that it is asked, counted from 1."""

    fault: Fault
    operation: str
    first: int
    last: int
    met: int = 0


@dataclass
class FaultyS3:
    """Operations are PUT, GET, HEAD, DELETE and LIST; `delay` is the way there and back, in seconds."""

    upstream: str
    url: str = ""
    delay: float = 0.0
    asked: Counter[str] = field(default_factory=Counter)
    leave_asked: int = 0  # how often a client waited to be told to go on with its body
    rules: list[Rule] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, fault: Fault, operation: str, *, first: int = 1, times: int = ALL) -> None:
        """Has an operation fail from its next `first` time on, so many times."""
        self.rules.append(Rule(fault, operation, first, first + times - 1))

    def heal(self) -> None:
        """From here on all goes well, also for whoever still waits."""
        self.rules.clear()

    def forget(self) -> None:
        """Counts anew."""
        self.asked.clear()
        self.leave_asked = 0

    def met(self, operation: str) -> Fault | None:
        """Counts a request, and says what goes wrong with it."""
        with self.lock:
            self.asked[operation] += 1
            for rule in self.rules:
                if rule.operation == operation:
                    rule.met += 1
                    if rule.first <= rule.met <= rule.last:
                        return rule.fault
        return None


@contextmanager
def faulty_s3(upstream: str) -> Iterator[FaultyS3]:
    """A proxy before the S3 at the URL `upstream`, on a port of its own on loopback."""
    proxy = FaultyS3(upstream)

    class Handler(_Handler):
        s3 = proxy

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.ended.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    s3: FaultyS3
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer is sent in one piece

    def setup(self) -> None:
        super().setup()
        time.sleep(self.s3.delay)  # to connect is a way there and back

    def handle_expect_100(self) -> bool:
        self.s3.leave_asked += 1
        time.sleep(self.s3.delay)  # so is to ask for leave
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        return True

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            return  # the client had enough

    def _serve(self) -> None:
        operation = _operation(self.command, self.path)
        fault = self.s3.met(operation)
        length = int(self.headers.get("Content-Length") or 0)
        if fault is Fault.TORN:
            self.rfile.read(length // 2)
            self.close_connection = True
            return
        body = self.rfile.read(length)
        time.sleep(self.s3.delay)
        if fault is Fault.SILENT:
            self.s3.ended.wait(30)
            self.close_connection = True
        elif fault in (Fault.ERROR, Fault.BUSY):
            self._refuse(int(fault.value))
        else:
            self._pass_on(body, fault)

    do_GET = do_HEAD = do_PUT = do_DELETE = _serve  # noqa: N815  (names that http.server prescribes)

    def _pass_on(self, body: bytes, fault: Fault | None) -> None:
        connection = http.client.HTTPConnection(urlsplit(self.s3.upstream).netloc, timeout=30)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _HOP:
                    connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        if fault is Fault.LOST:
            self.close_connection = True
            return
        self._give(answer, data, cut=fault is Fault.CUT)

    def _give(self, answer: http.client.HTTPResponse, data: bytes, *, cut: bool) -> None:
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP | {"content-length"}:
                self.send_header(name, value)
        told = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(data))
        if told is not None and answer.status != 204:
            self.send_header("Content-Length", told)
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if cut else data)
        self.wfile.flush()
        self.close_connection = self.close_connection or cut

    def _refuse(self, status: int) -> None:
        """500 as S3 says it, 503 as something in front of it does."""
        words = (
            b"busy" if status == 503 else b"<?xml version='1.0'?><Error><Code>InternalError</Code></Error>"
        )
        self.send_response_only(status)
        self.send_header("Content-Type", "text/plain" if status == 503 else "application/xml")
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(words)
        self.wfile.flush()

    def log_message(self, *args: object) -> None:
        """Tests are quiet."""


def _operation(method: str, path: str) -> str:
    asked = parse_qs(urlsplit(path).query, keep_blank_values=True)
    if method == "GET" and asked.keys() & {"list-type", "versions", "versioning"}:
        return "LIST"
    return method
