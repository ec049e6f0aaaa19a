"""Asking for addresses as a visitor would: of the site over HTTP, or of the whole application in process."""

import hashlib
import time
from collections.abc import Callable, Iterable
from http.client import HTTPException
from io import BytesIO
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils import timezone

from uploads_app.services.http import TIMEOUT, opener
from uploads_app.services.publishing.addresses import is_public_address

TOGETHER = 60.0  # seconds, after which no more is asked
Answer = dict[str, Any]
Ask = Callable[[str], tuple[int, str, bytes]]


def way() -> str:
    """Where addresses are asked for: the site's own address, or "in process" where it is not told."""
    return settings.VITRINE_PUBLIC_URL or "in process"


def visit(paths: Iterable[str]) -> list[Answer]:
    """What each path answers: `{path, at, status, content_type, length, sha256}`, never the body.

    A path that does not answer has an `error` in place of those after `at`. The whole address of a public
    copy is asked for as it is.
    """
    over_http = _over_http()
    ask = over_http if settings.VITRINE_PUBLIC_URL else _in_process()
    ends = time.monotonic() + TOGETHER
    return [_answer(over_http if is_public_address(path) else ask, path, ends) for path in paths]


def _answer(ask: Ask, path: str, ends: float) -> Answer:
    told: Answer = {"path": path, "at": timezone.now().isoformat()}
    if time.monotonic() > ends:
        return told | {"error": "not asked: the others took too long"}
    try:
        status, content_type, body = ask(path)
    except (OSError, HTTPException) as error:
        return told | {"error": str(error) or type(error).__name__}
    digest = hashlib.sha256(body).hexdigest()
    return told | {"status": status, "content_type": content_type, "length": len(body), "sha256": digest}


def _over_http() -> Ask:
    site, most = opener(), settings.VITRINE_MAX_FILE_SIZE

    def ask(path: str) -> tuple[int, str, bytes]:
        base = "" if is_public_address(path) else settings.VITRINE_PUBLIC_URL.rstrip("/")
        try:
            answer = site.open(base + path, timeout=TIMEOUT)
        except HTTPError as error:
            answer = error
        with answer:
            return int(answer.status or 0), answer.headers.get("Content-Type", ""), answer.read(most)

    return ask


def _in_process() -> Ask:
    """With all middleware, but without the signals around a request: they would close our own connection."""
    site = WSGIHandler()

    def ask(path: str) -> tuple[int, str, bytes]:
        answer: Any = site.get_response(WSGIRequest(_environ(path)))
        return answer.status_code, answer.headers.get("Content-Type", ""), b"".join(answer)

    return ask


def _environ(path: str) -> dict[str, Any]:
    """A visitor's GET over HTTPS, to the first host that is named; ".example.org" names example.org too."""
    named = [host.removeprefix(".") for host in settings.ALLOWED_HOSTS if host != "*"]
    parts = urlsplit(path)
    return {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": parts.path, "QUERY_STRING": parts.query,
        "SERVER_NAME": named[0] if named else "localhost", "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "https", "wsgi.input": BytesIO(), "wsgi.errors": BytesIO(),
    }  # fmt: skip
