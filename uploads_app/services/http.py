"""Asking other servers over HTTP, at addresses of the operator's settings."""

from urllib.error import HTTPError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
)

TIMEOUT = 5.0  # seconds, of one request


def opener() -> OpenerDirector:
    """For HTTP and HTTPS alone: without redirects, proxies, cookies or other kinds of addresses."""
    made = OpenerDirector()
    for handler in (HTTPHandler(), HTTPSHandler(), HTTPErrorProcessor(), HTTPDefaultErrorHandler()):
        made.add_handler(handler)
    return made


def post(url: str, data: bytes, headers: dict[str, str]) -> int:
    """Sends bytes to an address of the operator's settings; the status. Raises OSError, HTTPException."""
    request = Request(url, data=data, headers=headers, method="POST")  # noqa: S310  (http and https alone)
    try:
        with opener().open(request, timeout=TIMEOUT) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return int(error.code)
