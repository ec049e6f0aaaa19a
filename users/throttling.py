"""Limits on how often something may be done.

A view names its rate by `throttle_scope`; without one, requests that change something are counted as "write".
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from users.addresses import client_address
from users.counting.base import Hits
from users.counting.counts import hit

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which imports this module for its default throttles

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_RATE = re.compile(r"(\d+)/(second|minute|hour|day)")


@dataclass(frozen=True, slots=True)
class Rate:
    """How often within how many seconds."""

    limit: int
    period: int


def rate_of(scope: str) -> Rate | None:
    """The rate of a scope under the present settings; None when throttles are off.

    Raises ValueError for a rate that is no number/period: a typing error must not switch a limit off.
    """
    scale: float = settings.VITRINE_THROTTLE_SCALE
    if scale <= 0:
        return None
    text = settings.VITRINE_THROTTLE_RATES[scope]
    found = _RATE.fullmatch(text)
    if not found:
        raise ValueError(f"the rate of {scope} is {text!r}, not number/second|minute|hour|day")
    return Rate(max(1, int(int(found[1]) * scale)), _SECONDS[found[2]])


class _CountedThrottle(BaseThrottle):
    """Counts a request for its person and its address in one statement, whichever throttle asks first."""

    def __init__(self) -> None:
        self._hits: Hits | None = None

    def key_of(self, request: HttpRequest, scope: str) -> str | None:
        """What this throttle counts by; None when it does not apply."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: "APIView") -> bool:
        scope = _scope(request, view)
        rate = rate_of(scope) if scope else None
        key = self.key_of(request, scope) if scope else None
        if rate is None or key is None or scope is None:
            return True
        self._hits = _count(request, scope, rate)[key]
        return self._hits.count <= rate.limit

    def wait(self) -> float | None:
        return self._hits.wait() if self._hits else None


class PersonThrottle(_CountedThrottle):
    """Counts per signed-in person."""

    def key_of(self, request: HttpRequest, scope: str) -> str | None:
        return person_key(request, scope)


class AddressThrottle(_CountedThrottle):
    """Counts per client address."""

    def key_of(self, request: HttpRequest, scope: str) -> str | None:
        return address_key(request, scope)


def person_key(request: HttpRequest, scope: str) -> str | None:
    """The key of who is signed in; None for visitors."""
    return f"{scope}:person:{request.user.pk}" if request.user.is_authenticated else None


def address_key(request: HttpRequest, scope: str) -> str:
    """The key of where a request came from."""
    return f"{scope}:address:{client_address(request)}"


def _scope(request: Request, view: "APIView") -> str | None:
    scope: str | None = getattr(view, "throttle_scope", None)
    return scope or (None if request.method in SAFE_METHODS else "write")


def _count(request: HttpRequest, scope: str, rate: Rate) -> dict[str, Hits]:
    counted: dict[str, Hits] | None = getattr(request, "counted_hits", None)
    if counted is None:
        keys = [person_key(request, scope), address_key(request, scope)]
        counted = hit(*filter(None, keys), period=rate.period)
        request.counted_hits = counted  # type: ignore[attr-defined]
    return counted
