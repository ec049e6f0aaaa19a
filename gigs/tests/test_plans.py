"""The lists walk their indexes: no sort, no scan of the table, on SQLite and on PostgreSQL."""

import pytest
from django.db import connection

from gigs.services.search import GigSearch, Ordering, search_gigs
from gigs.tests.factories import GigFactory
from uploads_app.tests.plans import settle_planner
from users.models import User

pytestmark = pytest.mark.django_db

INDEXES = {Ordering.NEWEST: "gig_newest", Ordering.PRICE: "gig_by_price", Ordering.PRICE_DOWN: "gig_by_price"}


@pytest.fixture
def many(owner: User) -> None:
    for n in range(40):
        GigFactory.create(owner=owner, pictures=0, price=n % 7)
    settle_planner()


def plan_of(wanted: GigSearch) -> str:
    """How the database goes about the page's first query."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        search_gigs(viewer=None, wanted=wanted)
    sql = queries[0]["sql"]
    assert "ORDER BY" in sql
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}".replace("%", "%%")
        )
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("ordering", Ordering)
@pytest.mark.parametrize("deep", [False, True])
def test_a_page_walks_its_index_and_sorts_nothing(many: None, ordering: Ordering, deep: bool) -> None:
    first = search_gigs(viewer=None, wanted=GigSearch(ordering=ordering, limit=10))
    wanted = GigSearch(ordering=ordering, limit=10, cursor=first.next if deep else None)

    plan = plan_of(wanted)

    assert INDEXES[ordering] in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan


def test_a_deep_page_starts_inside_the_index(many: None) -> None:
    first = search_gigs(viewer=None, wanted=GigSearch(limit=10))

    plan = plan_of(GigSearch(limit=10, cursor=first.next))

    bound = "published_at<?" if connection.vendor == "sqlite" else "Index Cond: (published_at <="
    assert bound in plan or "Index Cond: ((published_at <=" in plan, plan
