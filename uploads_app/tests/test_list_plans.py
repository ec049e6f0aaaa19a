"""The list of one's files walks its index, on SQLite and on PostgreSQL."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from uploads_app import visibility
from uploads_app.models import UploadedFile
from uploads_app.services import library
from uploads_app.tests.plans import settle_planner
from uploads_app.tests.test_lists import START, many
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("category", [None, "gig"])
def test_the_deepest_page_is_bounded_by_its_index(owner: User, category: str | None) -> None:
    many(owner, 3000, "gig")
    for other in UserFactory.create_batch(10):  # as in life: most files are somebody else's, of every kind
        many(other, 600)
    settle_planner()
    narrowed = {"category": category} if category else {}
    pages = library._pages(*narrowed)
    deep = {"place": START + timedelta(seconds=700), "place_pk": uuid4(), "limit": 21}
    plan = pages._onwards.explain(owner=owner.pk, **deep, **narrowed)
    index = "file_own_category_newest" if category else "file_own_newest"
    assert index in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    if connection.vendor == "sqlite":
        assert "uploaded_at<?" in plan  # the index is entered at the page, not walked to it
    else:
        assert "Index Cond" in plan
        assert "uploaded_at <=" in plan


def test_publicity_is_looked_up_for_each_file_of_a_page_and_not_from_a_list_of_all_that_is_public(
    owner: User,
) -> None:
    query = str(visibility.with_publicity(UploadedFile.objects.filter(owner=owner)).query)
    assert query.count("LIMIT 1") == 2  # of gigs and profiles
    assert "EXISTS" not in query  # which PostgreSQL may take for a list, once there are many files
