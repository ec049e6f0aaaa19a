"""Where a request came from, whatever its headers claim."""

from typing import Any

import pytest
from django.test import RequestFactory

from users.addresses import UNKNOWN, client_address


def address(peer: str, forwarded: str | None = None, **more: str) -> str:
    request = RequestFactory().get("/")
    request.META |= {"REMOTE_ADDR": peer} | more
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    return client_address(request)


@pytest.mark.parametrize("claim", ["9.9.9.9", "9.9.9.9, 8.8.8.8", "", "::1", "unknown", ", ,"])
def test_without_trusted_proxies_no_header_counts(settings: Any, claim: str) -> None:
    settings.VITRINE_TRUSTED_PROXIES = 0
    assert address("1.2.3.4", claim, HTTP_X_REAL_IP="7.7.7.7", HTTP_FORWARDED="for=7.7.7.7") == "1.2.3.4"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "5.5.5.5", "5.5.5.5"),
        (1, "9.9.9.9, 5.5.5.5", "5.5.5.5"),
        (1, "9.9.9.9,8.8.8.8,5.5.5.5", "5.5.5.5"),
        (2, "9.9.9.9, 5.5.5.5, 6.6.6.6", "5.5.5.5"),
        (2, "5.5.5.5", "1.2.3.4"),
        (1, "", "1.2.3.4"),
        (1, "5.5.5.5, junk", "1.2.3.4"),
        (1, "junk, 5.5.5.5", "5.5.5.5"),
        (1, "5.5.5.5:8080", "1.2.3.4"),
    ],
)
def test_behind_proxies_what_they_wrote_counts(
    settings: Any, proxies: int, forwarded: str, expected: str
) -> None:
    settings.VITRINE_TRUSTED_PROXIES = proxies
    assert address("1.2.3.4", forwarded) == expected


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("", UNKNOWN),
        ("unix:", UNKNOWN),
    ],
)
def test_ipv6_is_counted_by_its_network(peer: str, expected: str) -> None:
    assert address(peer) == expected
