"""How pages write what a gig says."""

from django import template

from gigs.models import Gig
from gigs.money import told

register = template.Library()


@register.filter
def price(gig: Gig) -> str:
    """The price of a gig for people; empty while it is not decided."""
    return "" if gig.price is None else told(gig.price, gig.currency)
