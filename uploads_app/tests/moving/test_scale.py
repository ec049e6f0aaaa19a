"""A copy asks the database by the batch, however many objects there are."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from uploads_app.models import StoredCopy, UploadedFile
from uploads_app.services.moving.copy import copy
from uploads_app.storage.places import storage
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.moving.places import pictures
from users.models import User

pytestmark = pytest.mark.django_db

_BATCH = 40  # rows


@pytest.mark.usefixtures("both")
def test_queries_are_by_the_batch(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def queries(many: int) -> int:
        pictures(owner, many)
        with CaptureQueriesContext(connection) as seen:
            copy("s3")
        return len(seen)

    first = queries(10)
    assert queries(40) == first


@pytest.fixture
def far_folder(settings: Any, media: Any, tmp_path: Any) -> None:
    folder = {
        "BACKEND": "uploads_app.storage.local.DurableLocalStorage",
        "OPTIONS": {"location": tmp_path / "far"},
    }
    settings.STORAGES = settings.STORAGES | {"s3": folder, "s3_renditions": folder}
    storage("s3").mark()


def rows_with_copies(owner: User, many: int) -> None:
    files = [FileFactory.build(owner=owner) for _ in range(many)]
    UploadedFile.objects.bulk_create(files)
    copies = [
        StoredCopy(key=file.key, storage="s3", state="whole", sha256=file.sha256, size=file.file_size)
        for file in files
    ]
    StoredCopy.objects.bulk_create(copies)


def test_passing_over_what_is_copied_costs_two_queries_a_batch(
    owner: User, far_folder: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uploads_app.services.moving.kinds.BATCH", _BATCH)

    def queries(many: int) -> int:
        rows_with_copies(owner, many)
        with CaptureQueriesContext(connection) as seen:
            copy("s3")
        return len(seen)

    queries(_BATCH)  # warms up
    few = queries(_BATCH)
    assert queries(8 * _BATCH) - few == 2 * 8
