"""Browsers for the pages of accounts, and a storage that must not be asked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import storages
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


@pytest.fixture
def no_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on every call of the storage fails."""

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("the storage was asked")

    kind = type(storages["default"])
    for name in dir(kind):
        if not name.startswith("_") and callable(getattr(kind, name)):
            monkeypatch.setattr(kind, name, refuse)
