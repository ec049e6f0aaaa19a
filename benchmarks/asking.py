"""Requests as a server hands them over: through WSGI and all middleware, in one process."""

import io
import sys
from collections.abc import Callable
from typing import Any

Ask = Callable[[], bytes]


def asking(application: Any, path: str, query: str, token: str) -> Ask:
    """A GET with a bearer token, or as a visitor without one; its answer is read to the end, and has to be 200."""
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "HTTP_ACCEPT": "application/json",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if token:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"

    def ask() -> bytes:
        told: list[str] = []
        answer = application(environ | {"wsgi.input": io.BytesIO()}, lambda status, _: told.append(status))
        body = b"".join(answer)
        answer.close()
        assert told == ["200 OK"], (told, body)
        return body

    return ask
