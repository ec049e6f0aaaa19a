"""Keyset pages: nothing twice, nothing missed, whatever comes and goes, in every order."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from users.models import User

pytestmark = pytest.mark.django_db

ORDERINGS = ("newest", "price", "-price")


@pytest.fixture
def gigs(owner: User) -> list[Gig]:
    """Many with the same price, some with the same moment."""
    now = timezone.now()
    return [
        GigFactory.create(
            owner=owner,
            pictures=0,
            price=Decimal(1 + n % 4),
            published_at=now - timedelta(seconds=n // 3),
            title=f"{n}",
        )
        for n in range(25)
    ]


def walk(client: APIClient, url: str | None, key: str = "next") -> Iterator[list[int]]:
    while url:
        page = client.get(url).json()
        yield [gig["id"] for gig in page["results"]]
        url = page[key]


def expected(ordering: str) -> list[int]:
    fields = {"newest": ("-published_at", "-id"), "price": ("price", "id"), "-price": ("-price", "-id")}
    return list(Gig.objects.order_by(*fields[ordering]).values_list("id", flat=True))


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize("limit", [1, 4, 25, 100])
def test_the_pages_hold_every_gig_once_and_in_order(
    visitor: APIClient, gigs: list[Gig], ordering: str, limit: int
) -> None:
    pages = list(walk(visitor, f"/api/gigs?ordering={ordering}&limit={limit}"))

    assert [pk for page in pages for pk in page] == expected(ordering)


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_going_back_shows_the_same_pages(visitor: APIClient, gigs: list[Gig], ordering: str) -> None:
    url: str | None = f"/api/gigs?ordering={ordering}&limit=5"
    forth = []
    while url:
        page = visitor.get(url).json()
        forth.append([gig["id"] for gig in page["results"]])
        last, url = page, page["next"]

    back = list(walk(visitor, last["previous"], "previous"))

    assert [forth[-1], *back] == forth[::-1]


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_gigs_that_come_and_go_between_pages_move_no_other(
    visitor: APIClient, owner: User, gigs: list[Gig], ordering: str
) -> None:
    before, seen = expected(ordering), []
    for page in walk(visitor, f"/api/gigs?ordering={ordering}&limit=4"):
        seen += page
        GigFactory.create(owner=owner, pictures=0, price=Decimal(0 if ordering == "price" else 99))
        Gig.objects.filter(pk=page[-1]).delete()  # the very row that the next page starts from

    assert seen == before


def forged(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize(
    "cursor",
    [
        forged("n"), forged("x", "1", "1"), forged("n", "1", "1", "1"), forged("n", "", ""),
        forged("n", None, None),
        forged("n", "NaN", "1"), forged("n", "1e11", "1"), forged("n", "-1", "1"),
        forged("n", "Infinity", "1"),
        forged("n", "2026-01-01", "1"), forged("n", "2026-01-01T00:00:00+00:00", str(2**63)),
        forged("n", "2026-01-01T00:00:00+00:00", "x"), forged("n", {"a": 1}, [1]),
        forged("n", "1", "9" * 5000)[:500],
        "%00", "ä", "====", "bm90IGpzb24",
    ],
)  # fmt: skip
def test_a_forged_cursor_is_invalid(visitor: APIClient, gigs: list[Gig], ordering: str, cursor: str) -> None:
    response = visitor.get("/api/gigs", {"ordering": ordering, "cursor": cursor})

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize(
    "cursor",
    [
        forged("n", "0001-01-01T00:00:00+23:59", "1"), forged("p", "9999-12-31T23:59:59-23:59", "1"),
        forged("n", "99999999.99", "1"), forged("p", "0.000000000001", "1"), forged("n", 5, 5),
        forged("n", "0001-01-01T00:00:00+00:00", "-1"), forged("n", "1", str(2**63 - 1)),
    ],
)  # fmt: skip
def test_no_cursor_breaks_the_server(visitor: APIClient, gigs: list[Gig], ordering: str, cursor: str) -> None:
    assert visitor.get("/api/gigs", {"ordering": ordering, "cursor": cursor}).status_code in (200, 400)


def test_a_cursor_of_another_order_is_invalid(visitor: APIClient, gigs: list[Gig]) -> None:
    url = visitor.get("/api/gigs?ordering=newest&limit=2").json()["next"]

    assert visitor.get(url.replace("ordering=newest", "ordering=price")).status_code == 400
