"""Logging in and out by pages."""

from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client

from users.models import Session, User
from users.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

RIGHT = {"username": "owner", "password": PASSWORD}


def test_name_and_password_let_one_in(client: Client, owner: User) -> None:
    answer = client.post("/login", RIGHT, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "Signed in as owner" in answer.text


def test_a_name_fits_in_any_case(client: Client, owner: User) -> None:
    assert client.post("/login", RIGHT | {"username": "OWNER"}).status_code == 302


def test_a_login_lasts_as_long_as_one_at_the_api(client: Client, owner: User) -> None:
    cookie = client.post("/login", RIGHT).cookies[site.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == site.VITRINE_REFRESH_TTL
    assert cookie["httponly"]


def test_a_session_from_before_is_not_taken_over(client: Client, owner: User) -> None:
    client.cookies[site.SESSION_COOKIE_NAME] = before = "a" * 32
    client.post("/login", RIGHT)
    assert client.cookies[site.SESSION_COOKIE_NAME].value != before
    assert Session.objects.get().account == owner


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"username": "nobody"}, {"username": "gone"}])
def test_all_that_is_wrong_is_told_in_the_same_words(
    client: Client, owner: User, change: dict[str, str]
) -> None:
    gone = User.objects.create_user("gone", "gone@example.com", PASSWORD)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    answer = client.post("/login", RIGHT | change)
    assert answer.status_code == 400
    assert "No active account has this name and password." in answer.text
    assert site.SESSION_COOKIE_NAME not in answer.cookies


@pytest.mark.parametrize("wanted", ["/files/", "/gigs/7-mug/?a=b#c", "/people/x@y/"])
def test_one_goes_on_to_the_page_one_wanted(client: Client, owner: User, wanted: str) -> None:
    assert client.get("/login", {"next": wanted}).context["next"] == wanted
    assert client.post("/login", RIGHT | {"next": wanted})["Location"] == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://other.example/", "//other.example", "/\\other.example", "///other.example", "other.example",
        "javascript:alert(1)", "http:other.example", "\t//other.example", "/\t/other.example",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(client: Client, owner: User, wanted: str) -> None:
    assert client.get("/login", {"next": wanted}).context["next"] == ""
    assert client.post("/login", RIGHT | {"next": wanted})["Location"] == "/"
    assert client.get("/login", {"next": wanted})["Location"] == "/"  # signed in by now
    client.post("/logout")
    assert client.post(f"/login?next={wanted}", RIGHT)["Location"] == "/"


def test_a_hostile_way_on_stays_text(client: Client) -> None:
    wanted = '/"><script>alert(1)</script>'
    page = client.get("/login", {"next": wanted}).text
    assert "<script>alert" not in page
    assert client.get("/register", {"next": wanted}).text.count("<script>alert") == 0


def test_too_many_guesses_have_to_wait_and_are_told_how_long(
    client: Client, owner: User, settings: Any
) -> None:
    settings.VITRINE_LOGIN_FAILURES = 3
    for _ in range(3):
        assert client.post("/login", RIGHT | {"password": "wrong"}).status_code == 400
    answer = client.post("/login", RIGHT)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "<h1>A little too fast</h1>" in answer.text
    assert "Try again in" in answer.text


def test_guesses_by_page_and_api_are_counted_together(client: Client, owner: User, settings: Any) -> None:
    settings.VITRINE_LOGIN_FAILURES = 2
    wrong = RIGHT | {"password": "wrong"}
    assert client.post("/login", wrong).status_code == 400
    assert client.post("/api/auth/token", wrong, content_type="application/json").status_code == 401
    assert client.post("/login", RIGHT).status_code == 429


def test_who_logs_out_is_gone_here_and_stays_elsewhere(client: Client, owner: User) -> None:
    elsewhere = Client()
    for one in (client, elsewhere):
        one.post("/login", RIGHT)
    kept = client.cookies[site.SESSION_COOKIE_NAME].value
    answer = client.post("/logout", follow=True)
    assert "You are logged out." in answer.text
    assert "Signed in as" not in answer.text
    client.cookies[site.SESSION_COOKIE_NAME] = kept
    assert client.get("/account/").status_code == 302
    assert elsewhere.get("/account/").status_code == 200


def test_looking_at_the_address_logs_nobody_out(client: Client, owner: User) -> None:
    client.post("/login", RIGHT)
    assert client.get("/logout").status_code == 405
    assert client.get("/account/").status_code == 200
