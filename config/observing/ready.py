"""/readyz: whether this machine should be sent requests. Strangers are told yes or no, and nothing else."""

from __future__ import annotations

from ipaddress import ip_address

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from config.observing.exposed import NOT_KEPT, shows_token
from uploads_app.observing.readiness import draining, parts


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 while all that is needed works, else 503; who is of the house gets to know what does not, and why."""
    found = parts()
    ready = not draining() and all(part.ok for part in found if part.needed)
    told: dict[str, object] = {"ready": ready}
    if _is_of_the_house(request):
        told |= {"draining": draining(), "parts": {part.name: part.why or "ok" for part in found}}
    return JsonResponse(told, status=200 if ready else 503, headers=NOT_KEPT)


def _is_of_the_house(request: HttpRequest) -> bool:
    """Somebody on this machine who comes through no proxy, or bears the token of the metrics.

    Who comes by a Unix socket has no address.
    """
    if shows_token(request):
        return True
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    address = request.META.get("REMOTE_ADDR")
    if address == "":
        return True
    try:
        return ip_address(address or "?").is_loopback
    except ValueError:
        return False
