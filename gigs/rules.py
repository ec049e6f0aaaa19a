"""What the words and numbers of a gig may be. Pure functions: no database, no HTTP."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from uploads_app.errors import Invalid

MAX_TITLE = 120
MAX_DESCRIPTION = 5000
MAX_PRICE = Decimal("99999999.99")
MAX_TAGS = 10
MAX_TAG = 40
MAX_ID = 2**63 - 1

# ISO 4217. All have a hundredth as their smallest coin, which is what the price column keeps: a currency
# with none (JPY) or with a thousandth (KWD) would let prices be said that nobody can pay.
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "NZD")
DEFAULT_CURRENCY = "EUR"

_CENT = Decimal("0.01")


def title(text: str) -> str:
    """One line, trimmed; may be empty, as a draft's title may. Raises Invalid."""
    return _text("title", " ".join(text.split()), MAX_TITLE)


def description(text: str) -> str:
    """Trimmed text of several lines. Raises Invalid."""
    return _text("description", text.strip(), MAX_DESCRIPTION)


def price(amount: Decimal | None) -> Decimal | None:
    """An amount in whole hundredths, None while it is not decided. Raises Invalid."""
    if amount is None:
        return None
    try:
        exact = amount.is_finite() and 0 <= amount <= MAX_PRICE
        rounded = amount.quantize(_CENT, rounding=ROUND_HALF_UP) if exact else amount
    except InvalidOperation:
        exact = False
    if not exact or rounded != amount:
        raise Invalid.field("price", f"Give a price from 0 to {MAX_PRICE} with at most two decimals.")
    return abs(rounded)  # minus zero is zero


def currency(code: str) -> str:
    """One of CURRENCIES. Raises Invalid."""
    if code not in CURRENCIES:
        raise Invalid.field("currency", f"Choose one of {', '.join(CURRENCIES)}.", "invalid_choice")
    return code


def tag(text: str) -> str:
    """A tag as it is kept and looked for: lower case, single spaces."""
    return " ".join(text.lower().split())


def tags(given: Iterable[str]) -> list[str]:
    """Tags as they are kept, each once, in the order given. Raises Invalid."""
    kept = list(dict.fromkeys(tag(text) for text in given))
    if len(kept) > MAX_TAGS:
        raise Invalid.field("tags", f"A gig has at most {MAX_TAGS} tags.", "max_length")
    for text in kept:
        if not 1 <= len(text) <= MAX_TAG or "\0" in text:
            raise Invalid.field("tags", f"A tag has 1 to {MAX_TAG} characters.")
    return kept


def _text(field: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise Invalid.field(field, f"At most {longest} characters.", "max_length")
    if "\0" in text:
        raise Invalid.field(field, "Null characters are not allowed.", "null_characters_not_allowed")
    return text
