"""Where somebody who looks at a gig may want to go next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from gigs.models import Gig, GigTag
from gigs.services.access import published

MORE = 4
RELATED = 8
# Only the latest of those that share a tag are compared: a tag may be on very many gigs.
_COMPARED = 100


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Published gigs around one: `more` of the same owner, and `related` ones of others."""

    more: Sequence[Gig]
    related: Sequence[Gig]


def neighbours(gig: Gig, tags: Sequence[str]) -> Neighbours:
    """The owner's latest others, and other people's by the tags they share, then the latest; one query.

    Each with its owner and their profile.
    """
    order = ("-published_at", "-pk")
    others = published().exclude(owner=gig.owner_id).order_by(*order)
    own = published().filter(owner=gig.owner_id).exclude(pk=gig.pk).order_by(*order)
    tagged = others.filter(pk__in=GigTag.objects.filter(name__in=tags).values("gig"))
    first, *more = _ids(own, MORE), _ids(others, RELATED), *([_ids(tagged, _COMPARED)] if tags else [])
    # A union, not one condition or another, for which PostgreSQL would read all gigs.
    rows = published().filter(pk__in=first.union(*more)).select_related("owner__profile")
    rows = rows.annotate(shared=_shared(tags), other=_other(gig)).order_by("other", "-shared", *order)
    found = list(rows[: MORE + RELATED])
    return Neighbours(
        more=[row for row in found if row.owner_id == gig.owner_id],
        related=[row for row in found if row.owner_id != gig.owner_id][:RELATED],
    )


def _ids(rows: QuerySet[Gig], most: int) -> QuerySet[Gig, Any]:
    latest = rows.values("pk")[:most]
    return Gig.objects.filter(pk__in=latest).order_by().values("pk")  # SQLite has no limit within a union


def _shared(tags: Sequence[str]) -> Coalesce:
    """How many of these tags a gig has."""
    same = GigTag.objects.filter(gig=OuterRef("pk"), name__in=tags).order_by()
    counted = same.values("gig").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _other(gig: Gig) -> Case:
    """Sorts the same owner's gigs before those of others."""
    return Case(When(owner=gig.owner_id, then=Value(0)), default=Value(1), output_field=IntegerField())
