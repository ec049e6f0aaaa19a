"""A CDN that is told what to forget, on loopback."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class Hook:
    """A CDN's door: keeps what it is told, and answers with the statuses it was given."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        hook = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.told.append((self.headers.get("Authorization", ""), body))
                status = hook.statuses.pop(0) if hook.statuses else 200
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """The test's output is its own."""

        self.server = HTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}/purge"
