"""From where else than from this site browsers get pictures."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings

from uploads_app.services.publishing.rule import is_on
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import S3_PUBLIC, configured, storage
from uploads_app.storage.s3 import DurableS3Storage


def picture_origins() -> list[str]:
    """Scheme, host and port of each place that people are sent on to; none where all come from here."""
    found = {_origin(settings.VITRINE_S3_PUBLIC_URL)} if is_on() else set()
    if settings.VITRINE_S3_DELIVERY == "redirect":
        places = [storage(alias) for alias in configured() if alias != S3_PUBLIC]
        with suppress(StorageAway):  # without keys nobody is sent on
            found |= {_origin(place.folder) for place in places if isinstance(place, DurableS3Storage)}
    return sorted(found)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
