"""Browsers for the pages of files."""

from collections.abc import Callable

import pytest
from django.test import Client

from users.models import User

SignIn = Callable[[User | None], Client]


@pytest.fixture
def browse(db: None) -> SignIn:
    """Makes the browser of a person who is signed in, or of a visitor."""

    def browser(user: User | None) -> Client:
        client = Client(raise_request_exception=False)
        if user is not None:
            client.force_login(user)
        return client

    return browser


@pytest.fixture
def page(browse: SignIn, owner: User) -> Client:
    """The owner's browser."""
    return browse(owner)
