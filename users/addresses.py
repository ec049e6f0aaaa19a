"""The address a request came from, as far as it can be believed."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 (no peer has this address)
# What one subscriber is given; counting single addresses of it would count nothing.
_IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """The client's IP address, for counting; IPv6 as its /64 network.

    Without trusted proxies it is the peer's, and no header matters. With n of them it is the n-th entry
    from the right of X-Forwarded-For: what stands further left was written by the client. A header that is
    too short or malformed was not written by our proxies, so the peer counts.
    """
    peer = _folded(request.META.get("REMOTE_ADDR", "")) or UNKNOWN
    trusted: int = settings.VITRINE_TRUSTED_PROXIES
    if trusted < 1:
        return peer
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return (len(hops) >= trusted and _folded(hops[-trusted])) or peer


def _folded(text: str) -> str | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), _IPV6_PREFIX), strict=False).network_address)
