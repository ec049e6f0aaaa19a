"""A storage that is not there is 503 at every step, and all of it may be tried again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now

from uploads_app.models import DirectUpload, UploadedFile
from uploads_app.services.direct.end import expire
from uploads_app.storage.places import LOCAL
from uploads_app.tests.direct.client import Sender, nothing_is_left, send
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = pytest.mark.django_db
PICTURE = jpeg_bytes((64, 48))


@pytest.fixture
def away(place: str, settings: Any) -> Any:
    """Inside, what answers is not our storage: an empty mount point, another bucket."""

    @contextmanager
    def inside() -> Iterator[None]:
        if place == LOCAL:
            media = Path(settings.MEDIA_ROOT)
            aside = media.rename(media.with_name("aside"))
            yield
            aside.rename(media)
            return
        kept = settings.VITRINE_S3_LOCATION
        settings.VITRINE_S3_LOCATION = f"{kept}/elsewhere"
        yield
        settings.VITRINE_S3_LOCATION = kept

    return inside


def test_completing_is_503_and_works_once_it_is_back(sender: Sender, away: Any) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    with away():
        answer = sender.complete(begun)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.has_header("Retry-After")
    assert not UploadedFile.objects.exists()
    assert sender.complete(begun).status_code == 201
    assert nothing_is_left(files=1)


@pytest.mark.parametrize("place", [LOCAL], indirect=True)
def test_sending_here_is_503_and_works_once_it_is_back(sender: Sender, away: Any) -> None:
    begun = sender.begin(PICTURE)
    with away():
        assert send(begun, PICTURE).status_code == 503
    assert send(begun, PICTURE).status_code == 204


def test_what_cannot_be_removed_now_is_removed_later(sender: Sender, away: Any) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    with away():
        status = sender.api.delete(f"/api/upload/{begun['file_id']}").status_code
        assert status == 204
    DirectUpload.objects.update(expires_at=Now())
    expire()
    assert nothing_is_left()
