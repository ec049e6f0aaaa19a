"""Limits on how often something may be done, counted in the database for all processes together.

Fixed windows: the first request opens one, the rest are counted in it. A view names its rate by
`throttle_scope`; without one, requests that change something are counted as "write".
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from users.addresses import client_address
from users.models import ThrottleCount

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which imports this module for its default throttles

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_RATE = re.compile(r"(\d+)/(second|minute|hour|day)")


@dataclass(frozen=True, slots=True)
class Rate:
    """How often within how many seconds."""

    limit: int
    period: int


@dataclass(frozen=True, slots=True)
class Hits:
    """How often so far within the open window, this time included, and when the window ends."""

    count: int
    window_end: datetime

    def wait(self) -> int:
        """Whole seconds until the window ends; at least one."""
        return max(1, math.ceil((self.window_end - timezone.now()).total_seconds()))


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


def hit(*keys: str, period: int) -> dict[str, Hits]:
    """Counts once under each key, in windows of `period` seconds.

    One atomic statement, so that no two processes count the same number; keys in a fixed order, so that
    none waits for the other in a ring.
    """
    now = timezone.now()
    adapt = connection.ops.adapt_datetimefield_value
    rows = [(key, 1, adapt(end_of(period))) for key in sorted(set(keys))]
    values = ", ".join(["(%s, %s, %s)"] * len(rows))
    table = connection.ops.quote_name(ThrottleCount._meta.db_table)
    # The table's name is the model's; all else is bound.
    statement = f"""
        INSERT INTO {table} AS t (key, count, window_end) VALUES {values}
        ON CONFLICT (key) DO UPDATE SET
            count = CASE WHEN t.window_end <= %s THEN 1 ELSE t.count + 1 END,
            window_end = CASE WHEN t.window_end <= %s THEN excluded.window_end ELSE t.window_end END
        RETURNING key, count, window_end
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [*(value for row in rows for value in row), adapt(now), adapt(now)])
        return {key: Hits(count, _moment(end)) for key, count, end in cursor.fetchall()}


def end_of(period: int) -> datetime:
    """The end of a window of `period` seconds that opens now."""
    return timezone.now() + timedelta(seconds=period)


def clear(key: str) -> None:
    """Forgets a count."""
    ThrottleCount.objects.filter(key=key).delete()


def prune() -> int:
    """Deletes counts whose window is over; says how many there were."""
    return ThrottleCount.objects.filter(window_end__lt=timezone.now()).delete()[0]


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


def _moment(value: datetime | str) -> datetime:
    """SQLite hands back the text that it was given, in UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)
