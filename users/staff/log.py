"""What staff do, one line each, by the logger `vitrine.staff`.

A line says what happened, who did it, from which address, and the request by its method, path and status. It
holds no body and no query string: these may hold passwords, codes and people's texts.
"""

import logging
from urllib.parse import quote

from django.http import HttpRequest

from users.addresses import client_address

logger = logging.getLogger("vitrine.staff")

_PLAIN = "/@+-._~"


def tell(request: HttpRequest, event: str, *, who: str | None = None) -> None:
    """Says what this request is about; its line is written when it is answered.

    `who` is for where nobody is logged in: the name of an account, and never what was typed.
    """
    request.staff_event = event, who  # type: ignore[attr-defined]


def told(request: HttpRequest) -> tuple[str | None, str | None]:
    """The event and the name that a request was given by `tell`."""
    found: tuple[str | None, str | None] = getattr(request, "staff_event", (None, None))
    return found


def write(request: HttpRequest, event: str, who: str, status: int) -> None:
    """Writes the line of a request. Nothing in it can begin another: all signs but plain ones are quoted."""
    logger.info(
        "%s by %s from %s: %s %s %d",
        event,
        quote(who, safe=_PLAIN) or "nobody",
        client_address(request),
        quote(request.method or "", safe=""),
        quote(request.path, safe=_PLAIN),
        status,
    )
