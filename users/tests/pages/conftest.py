"""Browsers for the pages of accounts."""

from collections.abc import Callable

import pytest
from django.test import Client

from users.models import User
from users.tests.factories import PASSWORD

SignIn = Callable[[User | None], Client]


@pytest.fixture
def browse(db: None) -> SignIn:
    """Makes a browser in which a person has logged in by the form; None is a visitor."""

    def browser(user: User | None) -> Client:
        client = Client()
        if user is not None:
            answer = client.post("/login", {"username": user.username, "password": PASSWORD})
            assert answer.status_code == 302
        return client

    return browser


@pytest.fixture
def page(browse: SignIn, owner: User) -> Client:
    """The owner's browser."""
    return browse(owner)
