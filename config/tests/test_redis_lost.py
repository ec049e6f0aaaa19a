"""Redis lost under the pages and the API: everything is answered as before."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from config.tests.own_redis import OwnRedis
from gigs.services.popular_tags import popular_tags
from gigs.tests.factories import GigFactory
from uploads_app.services.moderation.statistics import statistics
from uploads_app.tests.image_factories import jpeg_bytes
from users.models import User
from users.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
LOSSES: dict[str, Callable[[OwnRedis], None]] = {"killed": OwnRedis.kill, "stopped": OwnRedis.hang}


@pytest.fixture(params=LOSSES)
def lost(request: Any, own_redis: OwnRedis, settings: Any) -> OwnRedis:
    settings.VITRINE_THROTTLE_SCALE, settings.VITRINE_REDIS_TIMEOUT = 1.0, 0.2
    Client().get("/")  # there are connections
    LOSSES[request.param](own_redis)
    return own_redis


def test_pages_are_shown(lost: OwnRedis) -> None:
    assert Client().get("/").status_code == 200


def test_people_log_in_change_and_upload(lost: OwnRedis, owner: User) -> None:
    client = APIClient()
    answer = client.post("/api/auth/token", {"username": "owner", "password": PASSWORD})
    assert answer.status_code == 200
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    assert client.patch("/api/users/me", {"headline": "x"}).status_code == 200
    picture = SimpleUploadedFile("a.jpg", jpeg_bytes())
    assert client.post("/api/upload/general", {"file": picture}, format="multipart").status_code == 201


def test_what_the_cache_would_hold_is_counted_anew(lost: OwnRedis) -> None:
    assert popular_tags() == []
    GigFactory.create(tag_names=["new"])
    assert popular_tags() == ["new"]
    assert statistics().at < statistics().at
