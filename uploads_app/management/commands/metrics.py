"""`manage.py metrics`: all metrics of this machine, for one that has workers alone, or whose server has no port."""

import hmac
import os
import re
import socket
from argparse import ArgumentParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from uploads_app.observing.exposing import CONTENT_TYPE, exposed

_PLACE = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[^:\[\]]+)):(?P<port>\d+)")


class Command(BaseCommand):
    help = "Prints the metrics of all processes of this machine, or answers for them at a port (/metrics)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--listen", metavar="HOST:PORT", help="answer there until told to stop; [::1]:9108 for IPv6"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """At a port it asks for VITRINE_METRICS_TOKEN, as the site does."""
        if not options["listen"]:
            self.stdout.write(exposed().decode(), ending="")
            return
        place = _PLACE.fullmatch(options["listen"])
        if not settings.VITRINE_METRICS_TOKEN:
            raise CommandError("VITRINE_METRICS_TOKEN says for whom this answers; it is not set.")
        if not place:
            raise CommandError("--listen takes an address and a port, as 127.0.0.1:9108 or [::1]:9108.")
        kind = _IPv6Server if place["six"] else ThreadingHTTPServer
        with kind((place["six"] or place["host"], int(place["port"])), _Handler) as server:
            where = options["listen"].rpartition(":")[0]
            self.stderr.write(f"metrics of process {os.getpid()} at {where}:{server.server_port}")
            server.serve_forever()


class _IPv6Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    timeout = 10  # seconds for a slow asker
    server_version, sys_version = "vitrine", ""

    def do_GET(self) -> None:
        wanted = f"Bearer {settings.VITRINE_METRICS_TOKEN}".encode()
        given = self.headers.get("Authorization", "").encode()
        if self.path != "/metrics" or not hmac.compare_digest(given, wanted):
            self._answer(404, "text/plain", b"not found\n")
        else:
            self._answer(200, CONTENT_TYPE, exposed())

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: it is asked all the time."""
