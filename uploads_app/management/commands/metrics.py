"""`manage.py metrics`: all metrics of this machine, for one that has workers alone, or whose server has no port."""

import hmac
import os
from argparse import ArgumentParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from uploads_app.observing.exposing import CONTENT_TYPE, exposed


class Command(BaseCommand):
    help = "Prints the metrics of all processes of this machine, or answers for them at a port (/metrics)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--listen", metavar="HOST:PORT", help="answer there until told to stop")

    def handle(self, *args: Any, **options: Any) -> None:
        """At a port it asks for VITRINE_METRICS_TOKEN, as the site does."""
        if not options["listen"]:
            self.stdout.write(exposed().decode(), ending="")
            return
        host, _, port = options["listen"].rpartition(":")
        if not settings.VITRINE_METRICS_TOKEN:
            raise CommandError("VITRINE_METRICS_TOKEN says for whom this answers; it is not set.")
        if not (host and port.isdecimal()):
            raise CommandError("--listen takes an address and a port, as 127.0.0.1:9108.")
        with ThreadingHTTPServer((host.strip("[]"), int(port)), _Handler) as server:
            self.stderr.write(f"metrics of process {os.getpid()} at {host}:{server.server_port}")
            server.serve_forever()


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
