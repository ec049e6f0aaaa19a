"""Making a gig, and changing what it says, by plain forms."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from users.models import User

As = Callable[[User], Client]

WORDS = {
    "title": "Bowls from the wheel",
    "description": "Two lines\r\nof words.",
    "price": "25.50",
    "currency": "CHF",
    "tags": "Pottery, gifts,, Hand made ,",
}


def post(client: Client, path: str, **changes: Any) -> Any:
    return client.post(path, WORDS | changes)


def test_the_first_form_makes_a_draft_and_leads_on_to_its_pictures(as_: As, owner: User) -> None:
    answer = post(as_(owner), "/gigs/new")
    gig = Gig.objects.get()
    assert answer["Location"] == f"/gigs/{gig.pk}/edit"
    assert (gig.owner, gig.title, gig.price, gig.currency) == (owner, WORDS["title"], Decimal("25.50"), "CHF")
    assert gig.description == "Two lines\nof words."
    assert [tag.name for tag in gig.tags.all()] == ["pottery", "gifts", "hand made"]
    assert not gig.is_published


def test_a_draft_may_be_empty(as_: As, owner: User) -> None:
    as_(owner).post("/gigs/new", {"currency": "EUR"})
    gig = Gig.objects.get()
    assert (gig.title, gig.description, gig.price, gig.tags.count()) == ("", "", None, 0)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "x" * 121, "at most 120"),
        ("title", "a\x07b", "cannot be shown"),
        ("description", "x" * 5001, "at most 5000"),
        ("price", "-1", "greater than or equal to 0"),
        ("price", "1.234", "2 decimal places"),
        ("price", "cheap", "Enter a number"),
        ("price", "NaN", "Enter a number"),
        ("currency", "JPY", "not one of the available choices"),
        ("tags", ",".join(f"t{n}" for n in range(11)), "at most 10 tags"),
        ("tags", "x" * 41, "1 to 40 characters"),
    ],
)
@pytest.mark.parametrize("page", ["new", "edit"])
def test_what_is_refused_is_told_at_its_field_and_nothing_is_lost(
    as_: As, owner: User, field: str, value: str, words: str, page: str
) -> None:
    path = "/gigs/new" if page == "new" else f"/gigs/{GigFactory.create(owner=owner).pk}/edit"
    before = list(Gig.objects.values())
    answer = post(as_(owner), path, **{field: value})
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.text
    assert words in answer.text
    assert (WORDS["title"] if field == "description" else "Two lines") in answer.text
    assert list(Gig.objects.values()) == before


def test_the_form_shows_what_the_gig_says(as_: As, owner: User) -> None:
    gig = GigFactory.create(owner=owner, title="A <b> title", tag_names=["one", "two words"])
    page = as_(owner).get(f"/gigs/{gig.pk}/edit").text
    assert 'value="A &lt;b&gt; title"' in page
    assert 'value="one, two words"' in page
    assert 'value="25.00"' in page


def test_saving_changes_every_word(as_: As, owner: User) -> None:
    gig = GigFactory.create(owner=owner, published=False, tag_names=["old"])
    answer = post(as_(owner), f"/gigs/{gig.pk}/edit")
    gig.refresh_from_db()
    assert answer["Location"] == f"/gigs/{gig.pk}/edit"
    assert (gig.title, gig.price, gig.currency) == (WORDS["title"], Decimal("25.50"), "CHF")
    assert [tag.name for tag in gig.tags.all()] == ["pottery", "gifts", "hand made"]
    assert not gig.is_published


def test_a_published_gig_is_not_left_without_its_title(as_: As, owner: User) -> None:
    gig = GigFactory.create(owner=owner, title="Before")
    answer = post(as_(owner), f"/gigs/{gig.pk}/edit", title="")
    gig.refresh_from_db()
    assert answer.status_code == 400
    assert "cannot be left without a title" in answer.text
    assert gig.title == "Before"


def test_forms_that_make_gigs_share_the_limit_of_the_api(as_: As, owner: User, settings: Any) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1
    settings.VITRINE_THROTTLE_RATES = {**settings.VITRINE_THROTTLE_RATES, "write": "1/minute"}
    client = as_(owner)
    answers = [post(client, "/gigs/new") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 429]
    assert Gig.objects.count() == 1
