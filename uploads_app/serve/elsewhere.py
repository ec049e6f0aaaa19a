"""Sending people on to where the bytes lie, once it is clear that they may have them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse

from uploads_app.errors import Unavailable
from uploads_app.serve.caching import BRIEFLY
from uploads_app.serve.picture import Picture
from uploads_app.services.publishing.addresses import public_address
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage

# Of the headers of a picture those that are true of a redirect, too. Its validators are not: a browser that
# asked whether the redirect changed would go on with the one it has, whose link may be over.
_OF_BOTH = (
    "X-Content-Type-Options",
    "Content-Security-Policy",
    "Cross-Origin-Resource-Policy",
    "Vary",
)


def redirect(picture: Picture, headers: dict[str, str]) -> HttpResponse | None:
    """The redirect to the public copy, or to a link of the storage's own; None where the bytes go through us.

    The link ends no later than the one that let in. Asks no storage. Raises Unavailable.
    """
    if picture.public_key and settings.VITRINE_S3_PUBLIC_URL:
        return _to(public_address(picture.public_key), BRIEFLY, headers)
    if settings.VITRINE_S3_DELIVERY != "redirect":
        return None
    try:
        link = storage(picture.storage).link(picture.key, picture.policy.ends_in)
    except StorageAway as error:
        raise Unavailable() from error
    return None if link is None else _to(link.url, picture.policy.of_redirect(link.seconds), headers)


def _to(url: str, cache_control: str, headers: dict[str, str]) -> HttpResponse:
    kept = {name: headers[name] for name in _OF_BOTH if name in headers}
    answer = HttpResponse(status=302, headers=kept | {"Location": url, "Cache-Control": cache_control})
    del answer["Content-Type"]  # there is no body
    return answer
