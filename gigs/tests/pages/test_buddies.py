"""The page of one's favourites, and of whom else one may like."""

from typing import Any

import pytest
from django.test import Client

from gigs.tests.factories import GigFactory
from uploads_app.tests.factories import FileFactory
from users.models import Buddy, Profile, User
from users.tests.factories import UserFactory

HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def page(owner: User) -> Client:
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


def favourites(owner: User, count: int) -> list[User]:
    people = UserFactory.create_batch(count)
    for person in people:
        image = FileFactory.create(owner=person, category="profile")
        Profile.objects.filter(user=person).update(image=image, headline="Paints")
        Buddy.objects.create(person=owner, buddy=person)
    return people


def test_favourites_are_shown_with_a_button_to_take_them_back(page: Client, owner: User) -> None:
    [buddy] = favourites(owner, 1)
    text = page.get("/buddies/").text
    assert f'href="/people/{buddy.username}/"' in text
    assert "Paints" in text
    assert f'action="/people/{buddy.username}/buddy/remove"' in text
    assert 'aria-pressed="true"' in text


def test_suggestions_tell_why_and_are_added_with_one_click(page: Client, owner: User) -> None:
    other = GigFactory.create(tag_names=["pottery"]).owner
    GigFactory.create(owner=owner, tag_names=["pottery"])
    text = page.get("/buddies/").text
    assert "Both offer pottery" in text
    assert f'action="/people/{other.username}/buddy/add"' in text
    page.post(f"/people/{other.username}/buddy/add", {"next": "/buddies/"})
    text = page.get("/buddies/").text
    assert "People you may like" not in text
    assert f'action="/people/{other.username}/buddy/remove"' in text


def test_who_has_none_is_told_what_belongs_here(page: Client) -> None:
    text = page.get("/buddies/").text
    assert "Nobody here yet" in text
    assert 'href="/">Look at gigs' in text


def test_only_ones_own_are_shown(page: Client, owner: User, stranger: User, staff: User) -> None:
    [theirs] = favourites(stranger, 1)
    assert theirs.username not in page.get("/buddies/").text
    page.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    assert theirs.username not in page.get("/buddies/").text


def test_whoever_hides_is_no_longer_shown(page: Client, owner: User) -> None:
    [buddy] = favourites(owner, 1)
    Profile.objects.filter(user=buddy).update(is_public=False)
    assert buddy.username not in page.get("/buddies/").text


def test_a_visitor_is_sent_to_log_in_and_comes_back(client: Client, db: None) -> None:
    assert client.get("/buddies/")["Location"] == "/login?next=/buddies/"


def test_it_takes_no_forms(page: Client) -> None:
    assert page.post("/buddies/").status_code == 405


def test_earlier_ones_are_on_further_pages_without_suggestions(page: Client, owner: User) -> None:
    chosen = {person.username for person in favourites(owner, 30)}
    GigFactory.create(owner=owner, tag_names=["pottery"])
    GigFactory.create(tag_names=["pottery"])
    first = page.get("/buddies/")
    assert len(first.context["shown"].suggestions) == 1
    second = page.get(first.context["next"])
    shown = [[face.username for face in one.context["shown"].buddies] for one in (first, second)]
    assert [len(part) for part in shown] == [24, 6]
    assert {*shown[0], *shown[1]} == chosen
    assert second.context["shown"].suggestions == []
    back = page.get(second.context["previous"])
    assert [face.username for face in back.context["shown"].buddies] == shown[0]
    assert page.get("/buddies/?cursor=nonsense").status_code == 400


@pytest.mark.parametrize("count", [2, 20])
def test_it_asks_a_few_questions_however_many_there_are_and_never_the_storage(
    page: Client, owner: User, count: int, django_assert_max_num_queries: Any, request: pytest.FixtureRequest
) -> None:
    GigFactory.create(owner=owner, tag_names=["pottery"])
    for buddy in favourites(owner, count):
        GigFactory.create(tag_names=["pottery"])
        favourites(buddy, 1)
    request.getfixturevalue("no_storage")
    with django_assert_max_num_queries(10):
        answer = page.get("/buddies/")
    assert len(answer.context["shown"].buddies) == count
    assert len(answer.context["shown"].suggestions) >= min(2 * count, 12)


def test_hostile_words_stay_words(page: Client, owner: User) -> None:
    [buddy] = favourites(owner, 1)
    Profile.objects.filter(user=buddy).update(display_name=HOSTILE, headline=HOSTILE)
    text = page.get("/buddies/").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_the_page_of_a_person_has_the_button(
    page: Client, owner: User, stranger: User, client: Client
) -> None:
    assert 'action="/people/stranger/buddy/add"' in page.get("/people/stranger/").text
    Buddy.objects.create(person=owner, buddy=stranger)
    assert 'action="/people/stranger/buddy/remove"' in page.get("/people/stranger/").text
    assert "/buddy/" not in page.get("/people/owner/").text
    visitor = client.get("/people/stranger/").text
    assert "/buddy/" not in visitor
    assert 'href="/login?next=%2Fpeople%2Fstranger%2F"' in visitor
