"""What a request must be before Django sees it: in an encoding that we read, and of a known length.

The server gives each request a thread, so a body that trickles in holds one for as long as its sender likes.
Some threads are kept free of bodies for whoever only reads. To send slow senders away takes a proxy that
buffers bodies, as production has: a read that has begun cannot be given up under this server (it stops the
whole process when a request ends whose body another thread still reads).
"""

import codecs
import json
import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from django.http import HttpResponse

from config.errors import MEDIA_TYPE, problem
from uploads_app.api import tus_headers
from uploads_app.errors import FileTooLarge, Unavailable, VitrineError
from uploads_app.images.errors import UnsupportedMediaType

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_ENCODINGS = {"utf-8", "ascii", "iso8859-1"}
_IN_MEMORY = 1024 * 1024  # bytes of a body without a length that are kept off the disk
_CHUNK = 256 * 1024
_TUS = r"/api/upload/tus(/|$)"
_FULL = Unavailable("Too much is coming in. Try again in a moment.", retry_after=3)


class Guard:
    """A WSGI application in front of another."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._places = threading.BoundedSemaphore(settings.VITRINE_BODIES_AT_ONCE)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not _readable(environ.get("CONTENT_TYPE") or ""):
            return _refuse(environ, start_response, UnsupportedMediaType("Bodies are read as UTF-8."))
        chunked = bool(environ.get("HTTP_TRANSFER_ENCODING")) and not environ.get("CONTENT_LENGTH")
        if not chunked and environ.get("CONTENT_LENGTH") in (None, "", "0"):
            return _in_one(self._application(environ, start_response))
        if not self._places.acquire(blocking=False):
            return _refuse(environ, start_response, _FULL)
        try:
            if chunked:
                _measure(environ)
            return _in_one(self._application(environ, start_response))
        except (FileTooLarge, Unavailable) as error:
            return _refuse(environ, start_response, error)
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
    """Takes in a body without a length, so that what follows knows how long it is.

    Raises FileTooLarge, or Unavailable when the disk does not take it.
    """
    body: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (`Guard` closes it)
    try:
        length = _copied(environ["wsgi.input"], body)
    except BaseException:
        with suppress(OSError):  # a full disk takes what is buffered no better now
            body.close()
        raise
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(length)


def _copied(source: IO[bytes], body: IO[bytes]) -> int:
    length = 0
    while data := source.read(_CHUNK):
        length += len(data)
        if length > settings.VITRINE_MAX_BODY_SIZE:
            raise FileTooLarge()
        with _on_disk():
            body.write(data)
    with _on_disk():
        body.seek(0)
    return length


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable() from error


def _refuse(
    environ: Environ, start_response: StartResponse, error: VitrineError | UnsupportedMediaType
) -> list[bytes]:
    document = problem(error.code, str(error))
    body = json.dumps(document).encode()
    headers = [
        ("Content-Type", MEDIA_TYPE),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    headers += [("X-Content-Type-Options", "nosniff"), ("Connection", "close")]
    if isinstance(error, Unavailable):
        headers.append(("Retry-After", str(error.retry_after)))
    if re.match(_TUS, environ.get("PATH_INFO", "")):
        headers += tus_headers.of_every_answer(document["status"]).items()
    start_response(f"{document['status']} {HTTPStatus(document['status']).phrase}", headers)
    return [body]
