"""The buttons beside people that make them favourites, as plain forms."""

import pytest
from django.test import Client

from users.models import Buddy, Profile, User


def test_somebody_becomes_a_favourite_and_one_is_back_where_one_was(
    page: Client, owner: User, stranger: User
) -> None:
    answer = page.post("/people/stranger/buddy/add", {"next": "/people/stranger/"})
    assert (answer.status_code, answer["Location"]) == (302, "/people/stranger/")
    assert Buddy.objects.get().buddy == stranger
    assert "stranger is one of your buddies now." in page.get("/account/").text


def test_and_is_none_again(page: Client, owner: User, stranger: User) -> None:
    Buddy.objects.create(person=owner, buddy=stranger)
    answer = page.post("/people/STRANGER/buddy/remove")
    assert (answer.status_code, answer["Location"]) == (302, "/buddies/")
    assert not Buddy.objects.exists()


def test_twice_is_once(page: Client, owner: User, stranger: User) -> None:
    for path in ("add", "add", "remove", "remove"):
        assert page.post(f"/people/stranger/buddy/{path}").status_code == 302
    assert not Buddy.objects.exists()


@pytest.mark.parametrize("wanted", ["https://other.example/", "//other.example", "/\\other.example"])
def test_nobody_is_sent_to_another_site(page: Client, stranger: User, wanted: str) -> None:
    assert page.post("/people/stranger/buddy/add", {"next": wanted})["Location"] == "/buddies/"


def test_oneself_is_refused(page: Client, owner: User) -> None:
    assert page.post("/people/owner/buddy/add").status_code == 400
    assert not Buddy.objects.exists()


def test_hidden_and_absent_people_are_told_alike(page: Client, stranger: User) -> None:
    Profile.objects.filter(user=stranger).update(is_public=False)
    answers = [page.post(f"/people/{name}/buddy/add") for name in ("stranger", "nobody")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert not Buddy.objects.exists()


def test_a_name_that_no_database_takes_is_nobody_s(page: Client) -> None:
    answers = [page.post(f"/people/a%00b/buddy/{what}") for what in ("add", "remove")]
    answers.append(page.get("/people/a%00b/"))
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_visitor_is_sent_to_log_in(client: Client, stranger: User) -> None:
    answer = client.post("/people/stranger/buddy/add", {"next": "/people/stranger/"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login?next=")
    assert not Buddy.objects.exists()
