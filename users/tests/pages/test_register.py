"""Making an account by its page."""

from typing import Any

import pytest
from django.test import Client

from users.models import User
from users.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

GOOD = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}


def test_who_makes_an_account_is_signed_in_and_welcomed(client: Client) -> None:
    answer = client.post("/register", GOOD, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "Welcome, ada." in answer.text
    assert "Signed in as ada" in answer.text
    assert User.objects.get(username="ada").email == "ada@example.com"


def test_they_come_back_to_where_they_wanted_to_go(client: Client) -> None:
    assert client.get("/register?next=/files/").text.count('name="next" value="/files/"') == 1
    assert client.post("/register", GOOD | {"next": "/files/"})["Location"] == "/files/"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"username": ""}, "This field is required."),
        ({"username": "a b"}, "Use letters, digits"),
        ({"username": "OWNER"}, "This username is taken."),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"email": "OWNER@example.com"}, "This e-mail address is in use already."),
        ({"password": "short"}, "This password is too short."),
        ({"password": "x" * 1025}, "at most 1024 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    client: Client, owner: User, change: dict[str, str], words: str
) -> None:
    answer = client.post("/register", GOOD | change)
    assert answer.status_code == 400
    [field] = change
    form = answer.context["form"]
    assert any(words in error for error in form.errors[field])
    assert f'id="id_{field}_error"' in answer.text
    assert User.objects.count() == 1


def test_no_password_comes_back_in_the_page(client: Client) -> None:
    secret = "never to be shown again 1"
    assert secret not in client.post("/register", GOOD | {"email": "x", "password": secret}).text


def test_who_has_an_account_is_not_asked_to_make_one(client: Client, owner: User) -> None:
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/register?next=/files/")["Location"] == "/files/"
    assert client.post("/register", GOOD)["Location"] == "/"
    assert User.objects.count() == 1


def test_accounts_are_made_no_oftener_than_at_the_api(client: Client, settings: Any) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1
    settings.VITRINE_THROTTLE_RATES = {**settings.VITRINE_THROTTLE_RATES, "register": "2/hour"}
    assert client.post("/register", GOOD | {"email": "x"}).status_code == 400
    body = GOOD | {"email": "x"}
    assert client.post("/api/auth/register", body, content_type="application/json").status_code == 400
    answer = client.post("/register", GOOD)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert not User.objects.exists()
