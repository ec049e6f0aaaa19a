"""A bucket that everybody may read, and one public picture with a size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from config.tests.services import need_s3
from gigs.models import Gig, GigImage
from gigs.tests.factories import GigFactory
from uploads_app.models import PublicCopy, Rendition, UploadedFile
from uploads_app.services.publishing import sweep as sweeping
from uploads_app.services.publishing.sweep import sweep
from uploads_app.storage.places import S3, S3_PUBLIC, S3_RENDITIONS, storage
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from uploads_app.tests.publishing.copies import BUCKET, DATA, everybodys_bucket
from users.models import User


@pytest.fixture(scope="session")
def everybodys() -> str:
    """The URL of the bucket's root."""
    return everybodys_bucket(need_s3())


@pytest.fixture(autouse=True)
def published(settings: Any, db: None, everybodys: str) -> Iterator[None]:
    options = dict(settings.STORAGES["s3"]["OPTIONS"]) | {"bucket_name": BUCKET}
    backend = "uploads_app.storage.s3_public.PublicS3Storage"
    settings.STORAGES = settings.STORAGES | {"s3_public": {"BACKEND": backend, "OPTIONS": options}}
    settings.VITRINE_S3_PUBLIC_URL = everybodys
    settings.VITRINE_TIDY_EVERY = 3600  # a busy machine may take long for a few copies
    storage(S3).mark()
    yield
    settings.VITRINE_S3_PUBLIC_URL = ""


@pytest.fixture
def file(owner: User) -> UploadedFile:
    made = FileFactory.create(owner=owner, original_filename="Blue.png", storage=S3)
    store_bytes(made)
    return made


@pytest.fixture
def gig(file: UploadedFile) -> Gig:
    made = GigFactory.create(owner=file.owner, published=True)
    GigImage.objects.create(gig=made, file=file, position=7)
    return made


@pytest.fixture
def row(file: UploadedFile, gig: Gig) -> Rendition:
    """A public rendition."""
    return ready_rendition(file, data=DATA, storage=S3_RENDITIONS)


@pytest.fixture
def copy(row: Rendition) -> PublicCopy:
    """Its copy."""
    sweep()
    return PublicCopy.objects.get()


@pytest.fixture
def notes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file's turn comes: only what is noted is looked at."""
    storage(S3_PUBLIC).mark()
    monkeypatch.setattr(sweeping, "mark_next", lambda: None)
    monkeypatch.setattr(sweeping, "publish_missing", lambda _: None)
