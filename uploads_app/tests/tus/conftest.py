"""Tests of uploads in parts run on local storage and on S3, where there is one."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from config.tests.services import need_s3
from uploads_app.storage.places import LOCAL, S3, storage
from uploads_app.tests.tus.client import Sender
from users.models import User


@pytest.fixture(params=[LOCAL, S3])
def place(request: pytest.FixtureRequest, settings: Any, fresh_storage: None) -> str:
    """The storage that new pictures go to."""
    settings.VITRINE_STORAGE = request.param
    if request.param == S3:
        need_s3()
        settings.VITRINE_S3_LOCATION = f"tests/{uuid.uuid4()}"
        storage(S3).mark()
    return str(request.param)


@pytest.fixture
def sender(place: str, owner: User, signed_in: Callable[[User], APIClient]) -> Sender:
    return Sender(signed_in(owner))
