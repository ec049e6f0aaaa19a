"""Publishing, taking back and deleting a gig on its pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from users.models import User

As = Callable[[User], Client]
WORDS = {"title": "Bowls", "description": "", "price": "25", "currency": "EUR", "tags": ""}


def send(client: Client, gig: Gig, **words: Any) -> str:
    return client.post(f"/gigs/{gig.pk}/edit", WORDS | words, follow=True).text


def test_a_whole_draft_is_published_and_everybody_sees_it(as_: As, owner: User) -> None:
    gig = GigFactory.create(owner=owner, published=False)
    page = send(as_(owner), gig, then="publish")
    assert "Published: everybody can see it now." in page
    assert Gig.objects.get().is_published
    assert "Bowls" in Client().get(gig.get_absolute_url(), follow=True).text


@pytest.mark.parametrize(
    ("words", "pictures", "missing"),
    [
        ({"title": ""}, 1, "a title"),
        ({"price": ""}, 1, "a price"),
        ({}, 0, "a picture that may be shown"),
        ({"title": "", "price": ""}, 0, "a title, a price and a picture that may be shown"),
    ],
)
def test_what_is_missing_is_named_and_what_was_written_is_kept(
    as_: As, owner: User, words: dict[str, str], pictures: int, missing: str
) -> None:
    gig = GigFactory.create(owner=owner, published=False, pictures=pictures)
    page = send(as_(owner), gig, description="Fresh words", then="publish", **words)
    gig.refresh_from_db()
    assert f"What you wrote is saved. Before this gig can be published it needs {missing}." in page
    assert (gig.is_published, gig.description) == (False, "Fresh words")


def test_the_list_of_what_is_needed_leads_to_each_field(as_: As, owner: User) -> None:
    gig = GigFactory.create(owner=owner, published=False, title="", price=None, pictures=0)
    page = as_(owner).get(f"/gigs/{gig.pk}/edit").text
    for target in ("id_title", "id_price", "pictures"):
        assert f'href="#{target}"' in page
        assert f'id="{target}"' in page
    assert page.count("data-step-state>missing") == 3


def test_a_rejected_picture_counts_for_nothing_and_says_so(as_: As, owner: User) -> None:
    gig = GigFactory.create(owner=owner, published=False)
    UploadedFile.objects.update(moderation="rejected")
    page = as_(owner).get(f"/gigs/{gig.pk}/edit").text
    assert "Rejected: others do not see it" in page
    assert page.count("data-step-state>missing") == 1


def test_a_gig_is_taken_back(as_: As, owner: User) -> None:
    gig = GigFactory.create(owner=owner)
    answer = as_(owner).post(f"/gigs/{gig.pk}/unpublish")
    assert answer["Location"] == f"/gigs/{gig.pk}/edit"
    assert not Gig.objects.get().is_published


def test_looking_at_the_question_deletes_nothing(as_: As, owner: User) -> None:
    gig = GigFactory.create(owner=owner, title="Bowls & plates", pictures=2)
    page = as_(owner).get(f"/gigs/{gig.pk}/delete").text
    assert "Delete “Bowls &amp; plates”?" in page
    assert "2 pictures stay among your files" in page
    assert Gig.objects.exists()


def test_saying_yes_deletes_the_gig_and_keeps_its_pictures(as_: As, owner: User) -> None:
    gig = GigFactory.create(owner=owner, title="Bowls", pictures=2)
    page = as_(owner).post(f"/gigs/{gig.pk}/delete", follow=True)
    assert page.redirect_chain == [("/gigs/", 302)]
    assert "“Bowls” is deleted. Its pictures are among your files." in page.text
    assert not Gig.objects.exists()
    assert UploadedFile.objects.filter(lifecycle="ready").count() == 2
