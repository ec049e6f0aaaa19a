"""Changing what a gig says."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypedDict

from django.db import transaction

from gigs import rules
from gigs.models import Gig
from gigs.services.locking import lock
from gigs.services.publish import missing_words
from gigs.services.tagging import replace_tags
from uploads_app.errors import Conflict


class GigChanges(TypedDict, total=False):
    """What may be changed; what is absent stays as it is."""

    title: str
    description: str
    price: Decimal | None
    currency: str
    tags: Sequence[str]


def update(*, gig: Gig, changes: GigChanges) -> Gig:
    """Changes a gig that the caller may change (`access.own_gig`), and returns it as it is now.

    Raises Invalid for a refused value, Conflict where a published gig would lose what it has to have,
    NotFound when the gig is gone.
    """
    columns, tags = _checked(changes)
    with transaction.atomic():
        gig = lock(gig)
        for name, value in columns.items():
            setattr(gig, name, value)
        _refuse_to_break(gig)
        gig.save(update_fields=[*columns, "updated_at"])
        if tags is not None:
            replace_tags(gig, tags)
    return gig


def _checked(changes: GigChanges) -> tuple[dict[str, Any], list[str] | None]:
    """The columns to write, named one by one so that nothing else is ever written, and the tags."""
    columns: dict[str, Any] = {}
    if "title" in changes:
        columns["title"] = rules.title(changes["title"])
    if "description" in changes:
        columns["description"] = rules.description(changes["description"])
    if "price" in changes:
        columns["price"] = rules.price(changes["price"])
    if "currency" in changes:
        columns["currency"] = rules.currency(changes["currency"])
    return columns, rules.tags(changes["tags"]) if "tags" in changes else None


def _refuse_to_break(gig: Gig) -> None:
    missing = missing_words(gig)
    if gig.is_published and missing:
        raise Conflict(f"A published gig cannot be left without {' and '.join(missing)}. Unpublish it first.")
