"""Clients of the pages, and pictures as a form sends them."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from uploads_app.tests.image_factories import jpeg_bytes
from users.models import User

PageFor = Callable[[User | None], Client]


@pytest.fixture
def as_(db: None) -> Callable[[User], Client]:
    """A browser of somebody who is signed in."""

    def client_of(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


@pytest.fixture
def page_for(as_: Callable[[User], Client]) -> PageFor:
    """A browser of somebody, or of a visitor: None."""
    return lambda person: Client() if person is None else as_(person)


@pytest.fixture
def photo() -> Callable[[str], SimpleUploadedFile]:
    """A picture under a name, as a form sends it."""
    return lambda name: SimpleUploadedFile(name, jpeg_bytes((64, 48)), "image/jpeg")
