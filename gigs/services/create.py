"""Making a gig: always a draft at first."""

from collections.abc import Sequence
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction

from gigs import rules
from gigs.models import Gig
from gigs.services.tagging import replace_tags
from uploads_app.errors import NotAuthenticated


def create(
    *,
    owner: AbstractBaseUser,
    title: str,
    description: str = "",
    price: Decimal | None = None,
    currency: str = rules.DEFAULT_CURRENCY,
    tags: Sequence[str] = (),
) -> Gig:
    """A new draft of `owner`. Raises Invalid for a value that `gigs.rules` refuses."""
    gig = Gig(
        owner_id=owner.pk,
        title=rules.title(title),
        description=rules.description(description),
        price=rules.price(price),
        currency=rules.currency(currency),
    )
    names = rules.tags(tags)
    try:
        with transaction.atomic():
            gig.save(force_insert=True)
            replace_tags(gig, names)
    except IntegrityError as error:
        raise NotAuthenticated("This account is no longer there.") from error
    return gig
