"""Making and changing what a gig says."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from gigs.models import Gig
from gigs.services.create import create
from gigs.services.update import update
from gigs.tests.factories import GigFactory
from uploads_app.errors import Conflict, Invalid, NotFound
from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db

ClientFor = Callable[[User], APIClient]


@pytest.fixture
def client(owner: User, signed_in: ClientFor) -> APIClient:
    return signed_in(owner)


def test_a_new_gig_is_a_draft_of_its_maker(client: APIClient) -> None:
    body = {
        "title": "  Portraits   in daylight ",
        "description": "Two hours.\nThirty pictures.",
        "price": "180.5",
        "currency": "EUR",
        "tags": [" Photography", "PORTRAIT", "photography", "day  light"],
    }

    response = client.post("/api/gigs", body)

    gig = Gig.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"/api/gigs/{gig.pk}"
    answer = response.json()
    assert answer.pop("created_at").endswith("Z")
    assert answer.pop("updated_at").endswith("Z")
    assert answer == {
        "id": gig.pk,
        "title": "Portraits in daylight",
        "description": "Two hours.\nThirty pictures.",
        "price": "180.50",
        "currency": "EUR",
        "tags": ["photography", "portrait", "day light"],
        "owner": "owner",
        "is_published": False,
        "published_at": None,
        "cover": None,
        "images": [],
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "t" * 121), ("title", None), ("title", "nul\0"), ("title", ["a"]),
        ("description", "d" * 5001), ("price", "-0.01"), ("price", "100000000"), ("price", "1.001"),
        ("price", "NaN"), ("price", "Infinity"), ("price", "1e400"), ("price", True), ("price", []),
        ("currency", "EURO"), ("currency", "XXX"), ("currency", None), ("tags", "photo"), ("tags", [""]),
        ("tags", ["t" * 41]), ("tags", [f"t{n}" for n in range(11)]), ("tags", [{"a": 1}]), ("tags", None),
    ],
)  # fmt: skip
def test_malformed_values_are_named_and_nothing_is_made(client: APIClient, field: str, value: Any) -> None:
    response = client.post("/api/gigs", {"title": "Fine", field: value})

    problem = response.json()
    assert (response.status_code, problem["code"]) == (400, "invalid")
    assert {error["field"].split(".")[0] for error in problem["errors"]} == {field}
    assert not Gig.objects.exists()


@pytest.mark.parametrize("body", [[], "text", 3, None, {"description": "no title"}])
def test_a_body_that_is_no_gig_is_refused(client: APIClient, body: Any) -> None:
    assert client.post("/api/gigs", body, format="json").status_code == 400
    assert not Gig.objects.exists()


@pytest.mark.parametrize("price", ["0", "0.00", "99999999.99"])
def test_prices_reach_from_nothing_to_the_columns_end(client: APIClient, price: str) -> None:
    assert client.post("/api/gigs", {"title": "x", "price": price}).json()["price"] == f"{Decimal(price):.2f}"


def test_a_change_writes_what_it_names_and_nothing_else(client: APIClient, owner: User) -> None:
    gig = GigFactory.create(owner=owner, title="Old", description="Kept", tag_names=["a", "b"])

    answer = client.patch(f"/api/gigs/{gig.pk}", {"title": "New"}).json()

    assert (answer["title"], answer["description"], answer["tags"]) == ("New", "Kept", ["a", "b"])
    assert client.patch(f"/api/gigs/{gig.pk}", {"tags": ["c"]}).json()["tags"] == ["c"]
    assert client.patch(f"/api/gigs/{gig.pk}", {"tags": []}).json()["tags"] == []
    assert answer["updated_at"] > answer["created_at"]


@pytest.mark.parametrize("method", ["post", "patch"])
def test_fields_that_are_not_the_owners_to_write_are_passed_over(
    client: APIClient, owner: User, stranger: User, method: str
) -> None:
    gig = GigFactory.create(owner=owner, published=False)
    file = FileFactory.create(owner=owner)
    sly = {
        "id": 99, "pk": 99, "owner": stranger.username, "owner_id": stranger.pk, "user": stranger.pk,
        "published_at": "2020-01-01T00:00:00Z", "is_published": True, "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2020-01-01T00:00:00Z", "images": [str(file.pk)], "file_ids": [str(file.pk)],
        "cover": str(file.pk), "slug": "s", "state": "published", "moderation": "approved", "is_staff": True,
        "views": 1, "rating": 5, "tags__name": "x", "owner__is_staff": True,
    }  # fmt: skip
    path = "/api/gigs" if method == "post" else f"/api/gigs/{gig.pk}"

    answer = getattr(client, method)(path, {"title": "Fine", **sly}).json()

    made = Gig.objects.get(pk=answer["id"])
    assert made.pk != 99
    assert made.owner_id == owner.pk
    assert made.published_at is None
    assert made.created_at.year > 2020
    assert not made.images.filter(file=file).exists()


@pytest.mark.parametrize("change", [{"title": ""}, {"title": "   "}, {"price": None}])
def test_a_published_gig_keeps_its_title_and_price(
    client: APIClient, owner: User, change: dict[str, Any]
) -> None:
    gig = GigFactory.create(owner=owner, title="Shown", price=Decimal(5))

    response = client.patch(f"/api/gigs/{gig.pk}", {"description": "also", **change})

    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    gig.refresh_from_db()
    assert (gig.title, gig.price, gig.description) == ("Shown", Decimal(5), "What it is about.")
    assert client.post(f"/api/gigs/{gig.pk}/unpublish").status_code == 200
    assert client.patch(f"/api/gigs/{gig.pk}", change).status_code == 200


def test_a_deleted_gig_leaves_its_pictures_to_their_owner(client: APIClient, owner: User) -> None:
    gig = GigFactory.create(owner=owner, tag_names=["a"])
    file = gig.images.get().file

    assert client.delete(f"/api/gigs/{gig.pk}").status_code == 204

    file.refresh_from_db()
    assert file.is_active
    assert client.get(f"/api/gigs/{gig.pk}").status_code == 404
    assert client.delete(f"/api/gigs/{gig.pk}").status_code == 404


def test_services_hold_the_rules_without_a_serializer(owner: User) -> None:
    for wrong in (
        {"price": Decimal("1.001")}, {"price": Decimal("1e12")}, {"price": Decimal("NaN")},
        {"price": Decimal(-1)},
        {"currency": "ABC"}, {"tags": ["a\0"]}, {"tags": [" "]}, {"tags": ["İ" * 21]}, {"title": "x" * 121},
        {"description": "\0"}, {"tags": [str(n) for n in range(11)]},
    ):  # fmt: skip
        values: dict[str, Any] = {"title": "x", **wrong}
        with pytest.raises(Invalid):
            create(owner=owner, **values)
    assert not Gig.objects.exists()


def test_changing_a_gig_that_is_gone_finds_nothing(owner: User) -> None:
    gig = GigFactory.create(owner=owner)
    Gig.objects.all().delete()

    with pytest.raises(NotFound):
        update(gig=gig, changes={"title": "late"})


def test_a_change_is_checked_against_the_gig_as_it_is_now(owner: User) -> None:
    """The caller's copy is a draft; the row was published since."""
    gig = GigFactory.create(owner=owner, published=False)
    stale = Gig.objects.get()
    Gig.objects.update(published_at=gig.created_at)

    with pytest.raises(Conflict):
        update(gig=stale, changes={"price": None})
