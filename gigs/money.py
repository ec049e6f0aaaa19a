"""Prices as the pages tell them: in the language of the pages, with the sign that people know."""

from decimal import Decimal

# A sign stands before the amount; a code, which is told for all others, has a space after it.
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$"}
_NO_BREAK = "\u00a0"


def told(amount: Decimal, currency: str) -> str:
    """An amount in whole hundredths of an ISO 4217 currency, as "€1,250" or "CHF 9.90"."""
    return f"{_SIGNS.get(currency, currency + _NO_BREAK)}{number(amount)}"


def number(amount: Decimal) -> str:
    """The amount alone, as "1,250" or "9.90"."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
