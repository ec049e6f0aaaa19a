"""Changing one's password by its page."""

from typing import Any

import pytest
from django.test import Client

from users.models import Login, User
from users.services.login import log_in
from users.tests.factories import PASSWORD
from users.tests.pages.conftest import SignIn

NEW = "another horse battery"
CHANGE = {"old_password": PASSWORD, "new_password": NEW}


def test_this_session_stays_and_every_other_ends(page: Client, browse: SignIn, owner: User) -> None:
    elsewhere = browse(owner)
    log_in(owner)
    answer = page.post("/account/password", CHANGE, follow=True)
    assert answer.redirect_chain == [("/account/", 302)]
    assert "Your password is changed." in answer.text
    assert page.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert not Login.objects.filter(revoked_at=None).exists()
    owner.refresh_from_db()
    assert owner.check_password(NEW)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"old_password": "wrong"}, "old_password", "This is not your password."),
        ({"new_password": "owner@example.com"}, "new_password", "too similar"),
        ({"new_password": ""}, "new_password", "required"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    page: Client, owner: User, change: dict[str, str], field: str, words: str
) -> None:
    answer = page.post("/account/password", CHANGE | change)
    assert answer.status_code == 400
    assert any(words in error for error in answer.context["form"].errors[field])
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_the_old_password_cannot_be_guessed_here_either(page: Client, owner: User, settings: Any) -> None:
    settings.VITRINE_LOGIN_FAILURES = 3
    for n in range(3):
        assert page.post("/account/password", CHANGE | {"old_password": f"x{n}"}).status_code == 400
    assert page.post("/account/password", CHANGE).status_code == 429
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
