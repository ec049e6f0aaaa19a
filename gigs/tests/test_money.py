"""Prices as people read them."""

from decimal import Decimal

import pytest

from gigs.money import number, told
from gigs.rules import CURRENCIES


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("25.00", "EUR", "€25"),
        ("0.00", "USD", "$0"),
        ("9.90", "CHF", "CHF\u00a09.90"),
        ("1250.00", "GBP", "£1,250"),
        ("99999999.99", "SEK", "SEK\u00a099,999,999.99"),
    ],
)
def test_a_price_has_its_sign_and_no_empty_cents(amount: str, currency: str, words: str) -> None:
    assert told(Decimal(amount), currency) == words


def test_no_two_currencies_look_alike() -> None:
    assert len({told(Decimal(1), currency) for currency in CURRENCIES}) == len(CURRENCIES)


def test_an_amount_stands_alone_where_currencies_mix() -> None:
    assert number(Decimal(1000)) == "1,000"
