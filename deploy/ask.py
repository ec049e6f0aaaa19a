#!/usr/bin/env python3
"""Asks a web server as nginx would, past nginx: exit status 0 when it answers 200. `ask.py WHERE [PATH]`

WHERE is the path of a Unix socket, or HOST:PORT. It needs nothing but Python, so that it also runs where no curl is.
"""

import argparse
import http.client
import os
import socket
import sys
import time


class Connection(http.client.HTTPConnection):
    """One request to a Unix socket or a port."""

    def __init__(self, where: str, seconds: float) -> None:
        host, _, port = where.rpartition(":")
        self._path = where if "/" in where else ""
        super().__init__(host or "localhost", None if self._path else int(port), timeout=seconds)

    def connect(self) -> None:
        if not self._path:
            return super().connect()
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        return self.sock.connect(self._path)


def ask(where: str, path: str, seconds: float) -> tuple[int, str]:
    """Status and body. The site's name and TLS are vouched for, as nginx does."""
    name = os.environ.get("VITRINE_ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = Connection(where, seconds)
    try:
        connection.request("GET", path, headers={"Host": name, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as problem:
        return 0, f"{where}: {problem!r}"
    finally:
        connection.close()


def is_there(process: int | None) -> bool:
    if process is None:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("where", metavar="WHERE")
    parser.add_argument("path", metavar="PATH", nargs="?", default="/readyz")
    parser.add_argument("--seconds", type=float, default=5, help="for one answer (5)")
    parser.add_argument("--patience", type=float, default=0, help="seconds in which it is asked again (0)")
    parser.add_argument("--of", type=int, metavar="PID", help="whose end ends the patience")
    given = parser.parse_args()
    limit = time.monotonic() + given.patience
    while True:
        status, said = ask(given.where, given.path, given.seconds)
        if status == 200 or time.monotonic() >= limit or not is_there(given.of):
            print(status, said)  # noqa: T201  (what it is for)
            return 0 if status == 200 else 1
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
