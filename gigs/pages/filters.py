"""The marketplace's form: what to look for, and in which order."""

from django import forms

from gigs import rules
from gigs.money import number
from gigs.services.search import GigSearch, Ordering
from uploads_app.pages.forms import LineField

PAGE_SIZE = 24

_ORDERS = (
    (Ordering.NEWEST.value, "Newest first"),
    (Ordering.PRICE.value, "Price, low to high"),
    (Ordering.PRICE_DOWN.value, "Price, high to low"),
)


class PriceField(forms.DecimalField):
    """A bound of the price: whole hundredths, from 0 to the highest price of a gig."""

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            required=False,
            min_value=0,
            max_value=rules.MAX_PRICE,
            max_digits=10,
            decimal_places=2,
            # A field for numbers alone would show nothing of what is not one.
            widget=forms.TextInput({"inputmode": "decimal", "maxlength": 11}),
        )


class GigFilter(forms.Form):
    """A search that is as long as the address bar keeps it: made by GET, every field optional.

    What does not make sense in a field is named there and left out of the search.
    """

    search = LineField(
        label="Search gigs",
        max_length=100,
        required=False,
        widget=forms.TextInput({"type": "search", "placeholder": "Search gigs"}),
    )
    tag = LineField(label="Tag", max_length=rules.MAX_TAG, required=False, widget=forms.HiddenInput)
    min_price = PriceField("From")
    max_price = PriceField("To")
    ordering = forms.ChoiceField(label="Order", choices=_ORDERS, required=False)

    def wanted(self, cursor: str | None) -> GigSearch:
        """The search as the service takes it, by those fields that make sense."""
        self.is_valid()
        data = self.cleaned_data
        return GigSearch(
            text=data.get("search", ""),
            tag=data.get("tag", ""),
            min_price=data.get("min_price"),
            max_price=data.get("max_price"),
            ordering=Ordering(data.get("ordering") or Ordering.NEWEST),
            limit=PAGE_SIZE,
            cursor=cursor or None,
        )


def is_narrowed(wanted: GigSearch) -> bool:
    """Whether anything is left out of the list."""
    bounds = (wanted.min_price, wanted.max_price)
    return bool(wanted.text or wanted.tag) or any(bound is not None for bound in bounds)


def price_words(wanted: GigSearch) -> str:
    """The bounds of the price for people, in no currency, as gigs of all are compared; empty without any."""
    low, high = wanted.min_price, wanted.max_price
    if low is None:
        return "" if high is None else f"up to {number(high)}"
    return f"from {number(low)}" if high is None else f"{number(low)} to {number(high)}"
