"""The staff of moderation, beside the cast of all tests."""

import pytest

from uploads_app.tests.moderation import staff as people
from uploads_app.tests.moderation.scenes import Scene, set_up
from users.models import User
from users.tests.factories import UserFactory


@pytest.fixture
def moderator(db: None) -> User:
    return people.moderator()


@pytest.fixture
def lead(db: None) -> User:
    return people.lead()


@pytest.fixture
def viewer(db: None) -> User:
    return people.viewer()


@pytest.fixture
def root(db: None) -> User:
    root: User = UserFactory.create(username="root", is_staff=True, is_superuser=True)
    return root


@pytest.fixture
def scene(owner: User, stranger: User) -> Scene:
    return set_up(owner, stranger)
