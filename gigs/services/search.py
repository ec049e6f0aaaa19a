"""The list of published gigs: filtered, ordered, in keyset pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from gigs import rules
from gigs.models import Gig, GigTag
from gigs.pictures import cover_of, with_covers
from gigs.services.access import published
from uploads_app import pagination
from uploads_app.rendition_sets import attach_renditions
from uploads_app.visibility import Viewer
from users.models import User


class Ordering(StrEnum):
    NEWEST = "newest"
    PRICE = "price"
    PRICE_DOWN = "-price"


@dataclass(frozen=True, slots=True, kw_only=True)
class GigSearch:
    """What to list. Empty and None mean: whatever."""

    text: str = ""
    tag: str = ""
    owner: str = ""
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    ordering: Ordering = Ordering.NEWEST
    limit: int = 20
    cursor: str | None = None


def search_gigs(*, viewer: Viewer, wanted: GigSearch) -> pagination.Page[Gig]:
    """One page of published gigs, each with owner, tags and `covers` in all sizes, in four queries at most.

    Raises Invalid for a cursor that was not given out.
    """
    page = page_of(wanted, ("owner",), "tags", with_covers(viewer))
    attach_renditions([cover.file for gig in page.rows if (cover := cover_of(gig))])
    return page


def page_of(
    wanted: GigSearch, related: Sequence[str], *prefetched: "str | Prefetch[Any, Any, Any]"
) -> pagination.Page[Gig]:
    """One page of published gigs, with what is asked for beside them. Raises Invalid as `search_gigs`."""
    rows = _matching(wanted).select_related(*related).prefetch_related(*prefetched)
    return pagination.page(rows, _ORDERS[wanted.ordering], limit=wanted.limit, cursor=wanted.cursor)


def _matching(wanted: GigSearch) -> QuerySet[Gig]:
    rows = published()
    for word in wanted.text.split():
        rows = rows.filter(Q(title__icontains=word) | Q(description__icontains=word))
    if wanted.tag:
        rows = rows.filter(pk__in=GigTag.objects.filter(name=rules.tag(wanted.tag)).values("gig"))
    if wanted.owner:
        same = Exact(Lower("username"), Lower(Value(wanted.owner)))
        rows = rows.filter(owner__in=User.objects.filter(same).values("pk"))
    if wanted.min_price is not None:
        rows = rows.filter(price__gte=wanted.min_price)
    if wanted.max_price is not None:
        rows = rows.filter(price__lte=wanted.max_price)
    return rows


def _price(text: str) -> Decimal:
    """A price out of a cursor. The column's own range: what lies outside breaks the comparison."""
    value = pagination.amount(text)
    if not 0 <= value <= rules.MAX_PRICE:
        raise ValueError("not a price")
    return value


_ORDERS = {
    Ordering.NEWEST: pagination.newest("published_at", pagination.whole),
    Ordering.PRICE: pagination.Order("price", False, _price, pagination.whole),
    Ordering.PRICE_DOWN: pagination.Order("price", True, _price, pagination.whole),
}
