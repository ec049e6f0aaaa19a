"""What a request must be before Django sees it: in an encoding that we read, and of a known length.

The server gives each request a thread, so a body that trickles in holds one for as long as its sender likes.
Some threads are kept free of bodies for whoever only reads. To send slow senders away takes a proxy that
buffers bodies, as production has: a read that has begun cannot be given up under this server (it stops the
whole process when a request ends whose body another thread still reads).
"""

import codecs
import json
import tempfile
import threading
from collections.abc import Callable, Iterable
from email.message import Message
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from django.http import HttpResponse

from config.errors import MEDIA_TYPE, problem
from uploads_app.errors import FileTooLarge

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_ENCODINGS = {"utf-8", "ascii", "iso8859-1"}
_IN_MEMORY = 1024 * 1024  # bytes of a body without a length that are kept off the disk
_CHUNK = 256 * 1024


class Guard:
    """A WSGI application in front of another."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._places = threading.BoundedSemaphore(settings.VITRINE_BODIES_AT_ONCE)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not _readable(environ.get("CONTENT_TYPE") or ""):
            return _refuse(start_response, "unsupported_media_type", "Bodies are read as UTF-8.")
        chunked = bool(environ.get("HTTP_TRANSFER_ENCODING")) and not environ.get("CONTENT_LENGTH")
        if not chunked and environ.get("CONTENT_LENGTH") in (None, "", "0"):
            return _in_one(self._application(environ, start_response))
        if not self._places.acquire(blocking=False):
            return _refuse(start_response, "unavailable", "Too much is coming in. Try again in a moment.")
        try:
            if chunked:
                _measure(environ)
            return _in_one(self._application(environ, start_response))
        except FileTooLarge as error:
            return _refuse(start_response, error.code, str(error))
        finally:
            if isinstance(environ["wsgi.input"], tempfile.SpooledTemporaryFile):
                environ["wsgi.input"].close()  # a measured body is ours; views have read it by now
            self._places.release()


def _in_one(answer: Iterable[bytes]) -> Iterable[bytes]:
    """An answer that is whole already, as a list: the server takes that without asking Python for more."""
    if not isinstance(answer, HttpResponse):
        return answer
    body = answer.content
    answer.close()
    return [body]


def _readable(content_type: str) -> bool:
    """Whether the body is in an encoding that is text and nothing more (some of Python's inflate)."""
    if not content_type:
        return True
    header = Message()
    header["Content-Type"] = content_type
    charset = header.get_param("charset")
    if charset is None:
        return True
    try:
        return isinstance(charset, str) and codecs.lookup(charset).name in _ENCODINGS
    except (LookupError, ValueError):
        return False


def _measure(environ: Environ) -> None:
    """Takes in a body without a length, so that what follows knows how long it is. Raises FileTooLarge."""
    body: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (`Guard` closes it)
    length = 0
    while data := environ["wsgi.input"].read(_CHUNK):
        length += len(data)
        if length > settings.VITRINE_MAX_BODY_SIZE:
            body.close()
            raise FileTooLarge()
        body.write(data)
    body.seek(0)
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(length)


def _refuse(start_response: StartResponse, code: str, detail: str) -> list[bytes]:
    document = problem(code, detail)
    body = json.dumps(document).encode()
    headers = [
        ("Content-Type", MEDIA_TYPE),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    headers += [("X-Content-Type-Options", "nosniff"), ("Connection", "close")]
    if code == "unavailable":
        headers.append(("Retry-After", "3"))
    start_response(f"{document['status']} {HTTPStatus(document['status']).phrase}", headers)
    return [body]
