"""Keyset pages: as quick on the deepest page as on the first, and steady while rows come and go.

OFFSET counts its way through all the rows before a page. A keyset page starts at a value of the index
instead. The usual condition `c < x OR (c = x AND id < y)` is not bounded by an index, so `c <= x` is put
in front of it, which is.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

from uploads_app.errors import Invalid
from uploads_app.statements import Statement, given

Parse = Callable[[str], Any]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Order:
    """An order with an index under it: a column, then the primary key, both in the same direction."""

    field: str
    descending: bool
    parse: Parse  # from the cursor's text to the column's value; raises ValueError
    parse_pk: Parse

    def of(self, row: Model) -> tuple[str, str]:
        """A row's place in this order, as the cursor's text."""
        value = getattr(row, self.field)
        return (value.isoformat() if isinstance(value, datetime) else str(value), str(row.pk))


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page; `next` and `previous` are cursors, None at the ends."""

    rows: list[Row]
    next: str | None
    previous: str | None


def moment(text: str) -> datetime:
    """Parses a time out of a cursor. Raises ValueError."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError("a time without its zone")
    try:
        return value.astimezone(UTC)  # which databases do as well
    except OverflowError as error:
        raise ValueError("beyond the calendar") from error


def amount(text: str) -> Decimal:
    """Parses an amount of money out of a cursor. Raises ValueError."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not value.is_finite() or abs(value) >= 10**12:
        raise ValueError("not an amount")
    return value


def whole(text: str) -> int:
    """Parses a whole number of at most 63 bits out of a cursor. Raises ValueError."""
    value = int(text)
    if abs(value) >= 2**63:
        raise ValueError("too large")
    return value


def newest(field: str, parse_pk: Parse = UUID) -> Order:
    """Newest first by a time column."""
    return Order(field, True, moment, parse_pk)


class Pages(Generic[Row]):
    """A list whose queries are written once: for its first page, onwards from a place, and back."""

    def __init__(self, rows: Callable[[], QuerySet[Row]], order: Order) -> None:
        """`rows` writes the list itself, with `given` values; `page` is then called with those."""
        place = (given("place"), given("place_pk"))
        self._order = order
        self._first = Statement(lambda: _lined_up(rows(), order, None, False), limited=True)
        self._onwards = Statement(lambda: _lined_up(rows(), order, place, False), limited=True)
        self._back = Statement(lambda: _lined_up(rows(), order, place, True), limited=True)

    def page(self, *, limit: int, cursor: str | None, **values: Any) -> Page[Row]:
        """As the function `page`."""
        backwards, place = _read(cursor, self._order) if cursor else (False, None)
        if place is None:
            found = self._first(limit=limit + 1, **values)
        else:
            statement = self._back if backwards else self._onwards
            found = statement(limit=limit + 1, place=place[0], place_pk=place[1], **values)
        return _page(found, self._order, limit, backwards, place is not None)


def page(rows: QuerySet[Row], order: Order, *, limit: int, cursor: str | None) -> Page[Row]:
    """The page of `limit` rows that the cursor points at; the first one without a cursor.

    One query. Raises Invalid for a cursor that was not made here.
    """
    backwards, place = _read(cursor, order) if cursor else (False, None)
    found = list(_lined_up(rows, order, place, backwards)[: limit + 1])
    return _page(found, order, limit, backwards, place is not None)


def link(path: str, query: QueryDict, cursor: str | None) -> str | None:
    """The address of another page of the same list, as an absolute path; None without a cursor."""
    if cursor is None:
        return None
    others = [(key, value) for key, values in query.lists() for value in values if key != "cursor"]
    return f"{path}?{urlencode([*others, ('cursor', cursor)])}"


def _lined_up(
    rows: QuerySet[Row], order: Order, place: tuple[Any, Any] | None, backwards: bool
) -> QuerySet[Row]:
    descending = order.descending != backwards
    if place is not None:
        rows = rows.filter(_beyond(order.field, place, descending))
    sign = "-" if descending else ""
    return rows.order_by(f"{sign}{order.field}", f"{sign}pk")


def _page(found: list[Row], order: Order, limit: int, backwards: bool, placed: bool) -> Page[Row]:
    """A page of the rows found, one more than `limit` where there are more."""
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    return Page(
        rows=found,
        next=_write("n", order.of(found[-1])) if found and (more or backwards) else None,
        previous=_write("p", order.of(found[0])) if found and (more if backwards else placed) else None,
    )


def _beyond(field: str, place: tuple[Any, Any], descending: bool) -> Q:
    value, pk = place
    step, bound = ("lt", "lte") if descending else ("gt", "gte")
    past = Q(**{f"{field}__{step}": value}) | Q(**{field: value, f"pk__{step}": pk})
    return Q(**{f"{field}__{bound}": value}) & past


def _write(direction: str, place: tuple[str, str]) -> str:
    text = json.dumps([direction, *place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, order: Order) -> tuple[bool, tuple[Any, Any]]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        direction, value, pk = json.loads(text)
        if direction not in ("n", "p"):
            raise ValueError("no such direction")
        return direction == "p", (order.parse(value), order.parse_pk(pk))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Invalid.field("cursor", "This cursor was not given out here.") from error
