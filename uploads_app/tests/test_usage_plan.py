"""What somebody keeps is summed up by its own index, on PostgreSQL without a look at their rows."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from uploads_app.models import UploadedFile
from uploads_app.services import usage
from uploads_app.tests.plans import settle_planner
from uploads_app.tests.test_lists import many
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@contextmanager
def without_index_scans() -> Iterator[None]:
    """What has not been vacuumed yet PostgreSQL would rather look up, row by row."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_indexscan = off")
        yield
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_indexscan = on")


def test_usage_is_read_from_its_index_alone(owner: User) -> None:
    many(owner, 300, "gig")
    for other in UserFactory.create_batch(10):
        many(other, 300)
    settle_planner()
    with without_index_scans():
        plan = usage._by_category(owner).explain()
    read = {"postgresql": "Index Only Scan using file_usage", "sqlite": "USING INDEX file_usage"}
    assert read[connection.vendor] in plan, plan


def test_sums_are_those_of_the_rows(owner: User) -> None:
    many(owner, 3, "gig")
    many(owner, 2, "profile")
    many(UserFactory.create(), 4, "gig")
    UploadedFile.objects.filter(owner=owner, category="gig").update(file_size=7)
    UploadedFile.objects.filter(owner=owner, category="profile").update(file_size=11)
    found = usage.usage_of(owner)
    assert (found["files"], found["bytes"]) == (5, 43)
    assert found["by_category"]["gig"] == {"files": 3, "bytes": 21}
    assert found["by_category"]["general"] == {"files": 0, "bytes": 0}
