"""The list of gigs: what is in it, in which order, and that it takes the same few queries however long."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ClientFor = Callable[[User], APIClient]


def titles(client: APIClient, query: str = "") -> list[str]:
    response = client.get(f"/api/gigs?{query}")
    assert response.status_code == 200, response.content
    return [gig["title"] for gig in response.json()["results"]]


def test_published_gigs_come_newest_first_with_their_covers(owner: User, visitor: APIClient) -> None:
    old = GigFactory.create(owner=owner, title="Old", tag_names=["b", "a"])
    GigFactory.create(owner=owner, title="New", pictures=3)
    GigFactory.create(owner=owner, title="Draft", published=False)

    answer = visitor.get("/api/gigs").json()

    assert [gig["title"] for gig in answer["results"]] == ["New", "Old"]
    assert (answer["next"], answer["previous"]) == (None, None)
    last = answer["results"][1]
    assert last["cover"]["file_id"] == str(old.images.get().file_id)
    assert (last["tags"], last["owner"], last["price"]) == (["b", "a"], "owner", "25.00")
    assert set(last) == {
        "id", "title", "description", "price", "currency", "tags", "owner", "is_published", "published_at",
        "created_at", "updated_at", "cover",
    }  # fmt: skip


def test_the_owner_too_finds_their_drafts_elsewhere(owner: User, staff: User, signed_in: ClientFor) -> None:
    GigFactory.create(owner=owner, published=False)

    assert titles(signed_in(owner)) == titles(signed_in(staff)) == []


@pytest.mark.parametrize(
    "hidden", [{"moderation": "rejected"}, {"lifecycle": "deleted"}, {"lifecycle": "failed"}]
)
def test_the_cover_is_the_first_picture_that_the_viewer_may_see(
    owner: User, visitor: APIClient, hidden: dict[str, str]
) -> None:
    gig = GigFactory.create(owner=owner, pictures=2)
    first, second = gig.images.all()
    UploadedFile.objects.filter(pk=first.file_id).update(**hidden)

    [shown] = visitor.get("/api/gigs").json()["results"]
    assert shown["cover"]["file_id"] == str(second.file_id)

    UploadedFile.objects.update(**hidden)
    [shown] = visitor.get("/api/gigs").json()["results"]
    assert shown["cover"] is None


def test_the_owner_sees_their_rejected_cover(owner: User, signed_in: ClientFor) -> None:
    gig = GigFactory.create(owner=owner, pictures=2)
    first = gig.images.all()[0]
    UploadedFile.objects.filter(pk=first.file_id).update(moderation="rejected")

    [shown] = signed_in(owner).get("/api/gigs").json()["results"]
    assert shown["cover"]["file_id"] == str(first.file_id)


@pytest.fixture
def shelf(db: None) -> None:
    ada, bo = UserFactory.create(username="Ada"), UserFactory.create(username="bo")
    GigFactory.create(
        title="Blue vase", description="Stoneware", price=Decimal(30), owner=ada, tag_names=["clay", "home"]
    )
    GigFactory.create(
        title="Portrait", description="In blue light", price=Decimal("9.90"), owner=bo, tag_names=["photo"]
    )
    GigFactory.create(title="100% wool", description="A_B", price=Decimal(100), owner=ada, tag_names=["home"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=blue", ["Portrait", "Blue vase"]),
        ("search=BLUE+stone", ["Blue vase"]),
        ("search=blue+nothing", []),
        ("search=%25", ["100% wool"]),
        ("search=_", ["100% wool"]),
        ("search=a_b", ["100% wool"]),
        ("search=%27%22%5C", []),
        (
            "search=&tag=&owner=",
            ["100% wool", "Portrait", "Blue vase"],
        ),
        ("tag=home", ["100% wool", "Blue vase"]),
        ("tag=%20HOME%20", ["100% wool", "Blue vase"]),
        ("tag=hom", []),
        ("owner=ada", ["100% wool", "Blue vase"]),
        ("owner=ADA&tag=clay", ["Blue vase"]),
        ("owner=nobody", []),
        ("min_price=30", ["100% wool", "Blue vase"]),
        ("max_price=30", ["Portrait", "Blue vase"]),
        ("min_price=9.91&max_price=99.99", ["Blue vase"]),
        ("min_price=50&max_price=40", []),
        ("ordering=price", ["Portrait", "Blue vase", "100% wool"]),
        ("ordering=-price", ["100% wool", "Blue vase", "Portrait"]),
        ("ordering=newest&limit=1", ["100% wool"]),
    ],
)
def test_filters_narrow_the_list(visitor: APIClient, shelf: None, query: str, found: list[str]) -> None:
    assert titles(visitor, query) == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("search=a%00b", "search"), ("search=" + "x" * 101, "search"), ("tag=%00", "tag"),
        ("tag=" + "x" * 41, "tag"),
        ("owner=%00", "owner"), ("owner=" + "x" * 151, "owner"), ("min_price=cheap", "min_price"),
        ("min_price=-1", "min_price"), ("min_price=NaN", "min_price"), ("min_price=1e9", "min_price"),
        ("max_price=Infinity", "max_price"), ("max_price=0.001", "max_price"),
        ("cursor=" + "A" * 501, "cursor"),
        ("ordering=owner__password", "ordering"), ("ordering=id", "ordering"),
        ("limit=0", "limit"), ("limit=101", "limit"), ("limit=1000000000", "limit"), ("limit=x", "limit"),
        ("limit=" + "9" * 5000, "limit"), ("cursor=forged", "cursor"),
        ("limit=", "limit"), ("cursor=", "cursor"), ("ordering=", "ordering"), ("min_price=", "min_price"),
    ],
)  # fmt: skip
def test_a_malformed_query_is_named(visitor: APIClient, shelf: None, query: str, field: str) -> None:
    response = visitor.get(f"/api/gigs?{query}")

    problem = response.json()
    assert (response.status_code, problem["code"]) == (400, "invalid")
    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize(
    "query", ["owner__password__startswith=p", "_connector=OR", "published_at=", "offset=5"]
)
def test_lookups_that_nobody_offered_do_nothing(visitor: APIClient, shelf: None, query: str) -> None:
    assert len(titles(visitor, query)) == 3


@pytest.mark.parametrize("as_owner", [False, True])
def test_a_hundred_gigs_take_as_many_queries_as_twenty(
    owner: User, visitor: APIClient, signed_in: ClientFor, as_owner: bool
) -> None:
    for n in range(100):
        GigFactory.create(owner=owner if n % 2 else UserFactory.create(), pictures=2, tag_names=["a", "b"])
    client = signed_in(owner) if as_owner else visitor

    counts = []
    for limit in (1, 20, 100):
        with CaptureQueriesContext(connection) as queries:
            assert len(titles(client, f"limit={limit}")) == limit
        counts.append(len(queries))

    assert (
        counts == [4 + as_owner] * 3
    )  # gigs with owners, tags, covers with files, renditions (and who asks)


def test_one_gig_takes_as_many_queries_with_one_picture_as_with_twenty(
    owner: User, visitor: APIClient
) -> None:
    counts = []
    for pictures in (1, 20):
        gig = GigFactory.create(owner=owner, pictures=pictures)
        for path in (f"/api/gigs/{gig.pk}", f"/api/upload/gig-images/{gig.pk}"):
            with CaptureQueriesContext(connection) as queries:
                assert len(visitor.get(path).json()["images"]) == pictures
            counts.append(len(queries))

    assert counts[:2] == counts[2:]


def test_links_keep_the_query_and_are_absolute_paths(visitor: APIClient, shelf: None) -> None:
    first = visitor.get(f"/api/gigs?limit=1&search={quote('o')}&ordering=price").json()

    assert first["next"].startswith("/api/gigs?")
    for part in ("limit=1", "search=o", "ordering=price", "cursor="):
        assert part in first["next"]
    second = visitor.get(first["next"]).json()
    assert [gig["title"] for gig in second["results"]] == ["Blue vase"]
    assert visitor.get(second["previous"]).json()["results"] == first["results"]


def test_a_gig_is_told_without_its_owners_secrets(owner: User, visitor: APIClient) -> None:
    gig: Any = GigFactory.create(owner=owner)
    file = gig.images.get().file

    for path in ("/api/gigs", f"/api/gigs/{gig.pk}", f"/api/upload/gig-images/{gig.pk}"):
        text = visitor.get(path).content.decode()
        for secret in (
            owner.email,
            owner.password,
            file.key,
            file.sha256,
            file.original_filename,
            "moderation",
        ):
            assert secret not in text
    assert Gig.objects.count() == 1
