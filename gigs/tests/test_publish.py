"""A gig is published only with a title, a price and a picture that may be shown."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from gigs.models import Gig
from gigs.services.publish import publish
from gigs.services.unpublish import unpublish
from gigs.tests.factories import GigFactory, GigImageFactory
from uploads_app import visibility
from uploads_app.errors import Conflict, NotFound
from uploads_app.models import UploadedFile
from uploads_app.services.delete import delete_file
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({"title": ""}, ["a title"]),
        ({"price": None}, ["a price"]),
        ({"pictures": 0}, ["a picture"]),
        ({"title": "", "price": None, "pictures": 0}, ["a title", "a price", "a picture"]),
    ],
)
def test_publishing_says_what_is_missing(
    owner: User, signed_in: Callable[[User], APIClient], lacking: dict[str, Any], words: list[str]
) -> None:
    gig = GigFactory.create(owner=owner, published=False, **lacking)

    response = signed_in(owner).post(f"/api/gigs/{gig.pk}/publish")

    problem = response.json()
    assert (response.status_code, problem["code"]) == (409, "conflict")
    assert [word for word in ("a title", "a price", "a picture") if word in problem["detail"]] == words
    assert not Gig.objects.get().is_published


@pytest.mark.parametrize(
    "hidden",
    [{"moderation": "rejected"}, {"lifecycle": "pending"}, {"lifecycle": "deleted"}, {"lifecycle": "purged"}],
)
def test_a_picture_that_may_not_be_shown_does_not_count(owner: User, hidden: dict[str, str]) -> None:
    gig = GigFactory.create(owner=owner, published=False)
    times = {"lease_until": gig.created_at} if hidden.get("lifecycle") == "pending" else {}
    UploadedFile.objects.update(**hidden, **times)

    with pytest.raises(Conflict, match="a picture"):
        publish(gig=gig)


def test_publishing_shows_the_gig_and_its_pictures_and_taking_back_hides_them(
    owner: User, visitor: APIClient, signed_in: Callable[[User], APIClient]
) -> None:
    gig = GigFactory.create(owner=owner, published=False)
    file = gig.images.get().file
    client = signed_in(owner)

    answer = client.post(f"/api/gigs/{gig.pk}/publish")
    assert (answer.status_code, answer.json()["is_published"]) == (200, True)
    assert visitor.get(f"/api/gigs/{gig.pk}").status_code == 200
    assert visibility.visible_to(None).filter(pk=file.pk).exists()

    answer = client.post(f"/api/gigs/{gig.pk}/unpublish")
    assert (answer.status_code, answer.json()["published_at"]) == (200, None)
    assert visitor.get(f"/api/gigs/{gig.pk}").status_code == 404
    assert not visibility.visible_to(None).filter(pk=file.pk).exists()


def test_doing_it_again_changes_nothing(owner: User) -> None:
    gig = publish(gig=GigFactory.create(owner=owner, published=False))
    assert publish(gig=gig).published_at == gig.published_at
    assert unpublish(gig=unpublish(gig=gig)).published_at is None


def test_publishing_what_is_gone_finds_nothing(owner: User) -> None:
    gig = GigFactory.create(owner=owner)
    Gig.objects.all().delete()

    with pytest.raises(NotFound):
        publish(gig=gig)


def test_a_gig_whose_last_picture_is_deleted_is_a_draft_again(owner: User) -> None:
    gig, other = GigFactory.create(owner=owner, pictures=2), GigFactory.create(owner=owner)
    first, second = gig.images.all()

    delete_file(first.file)
    assert Gig.objects.get(pk=gig.pk).is_published
    assert [image.file_id for image in gig.images.all()] == [second.file_id]

    delete_file(second.file)
    assert not Gig.objects.get(pk=gig.pk).is_published
    assert Gig.objects.get(pk=other.pk).is_published


def test_a_gig_that_is_left_with_rejected_pictures_alone_is_a_draft_again(owner: User) -> None:
    gig = GigFactory.create(owner=owner, pictures=2)
    first, second = gig.images.all()
    UploadedFile.objects.filter(pk=second.file_id).update(moderation="rejected")

    delete_file(first.file)

    assert not Gig.objects.get(pk=gig.pk).is_published


def test_a_file_says_which_gigs_use_it(owner: User) -> None:
    gig = GigFactory.create(owner=owner, title="Portraits")
    untitled = GigFactory.create(owner=owner, title="", published=False, pictures=0)
    file = gig.images.get().file
    GigImageFactory.create(gig=untitled, file=file)

    places = visibility.used_by([file.pk])[file.pk]

    assert [(place.kind, place.id, place.title) for place in places] == [
        ("gig", str(gig.pk), "Portraits"),
        ("gig", str(untitled.pk), f"Gig {untitled.pk}, without a title"),
    ]


@pytest.mark.parametrize(("mode", "rest"), [("before", {}), ("after", {"withheld": "reports"})])
def test_a_gig_that_is_left_with_pictures_in_review_stays_published(
    owner: User, settings: Any, mode: str, rest: dict[str, str]
) -> None:
    settings.VITRINE_MODERATION = mode
    gig = GigFactory.create(owner=owner, pictures=2)
    first, second = gig.images.all()
    UploadedFile.objects.filter(pk=first.file_id).update(moderation="approved")
    UploadedFile.objects.filter(pk=second.file_id).update(**rest)
    delete_file(first.file)
    gig.refresh_from_db()
    assert gig.is_published
