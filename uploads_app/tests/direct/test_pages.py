"""Pages tell their scripts that pictures may go straight to the storage, and browsers where that is."""

from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client

from uploads_app.storage.places import LOCAL, S3
from users.models import User

pytestmark = pytest.mark.django_db
PAGES = ("/files/", "/account/picture")


def _connects(answer: Any) -> list[str]:
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    [found] = [values for name, *values in parts if name == "connect-src"]
    return list(found)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("place", [S3], indirect=True)
def test_with_s3_they_go_there(client: Client, owner: User, place: str, path: str) -> None:
    client.force_login(owner)
    answer = client.get(path)
    assert " data-direct" in answer.text
    assert _connects(answer) == ["'self'", site.VITRINE_S3_ENDPOINT]


@pytest.mark.parametrize("place", [S3], indirect=True)
def test_a_page_without_uploads_connects_to_nowhere_else(client: Client, owner: User, place: str) -> None:
    client.force_login(owner)
    for path in ("/", "/account/", "/admin/login/"):
        assert _connects(client.get(path)) == ["'self'"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("place", [LOCAL, S3], indirect=True)
def test_otherwise_they_come_here(client: Client, owner: User, settings: Any, place: str, path: str) -> None:
    settings.VITRINE_DIRECT_PAGES = place == LOCAL
    client.force_login(owner)
    answer = client.get(path)
    assert " data-direct" not in answer.text
    assert _connects(answer) == ["'self'"]
