"""Which storages there are, by their aliases in STORAGES, and which of them takes new bytes.

A row remembers the alias under which its bytes lie, so bytes in a local folder and in S3 live side by side;
the setting VITRINE_STORAGE only says where new ones go. Originals and renditions have aliases of their own,
as they may lie in different buckets.
"""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.core.files.storage import storages

from uploads_app.storage.base import PictureStorage

LOCAL, LOCAL_RENDITIONS = "local", "local_renditions"
S3, S3_RENDITIONS = "s3", "s3_renditions"
S3_PUBLIC = "s3_public"  # copies that everybody may read; no file or rendition lies there alone
ORIGINALS = {"local": LOCAL, "s3": S3}
RENDITIONS = {"local": LOCAL_RENDITIONS, "s3": S3_RENDITIONS}


def storage(alias: str) -> PictureStorage:
    """The storage of an alias. Raises InvalidStorageError for one that STORAGES does not have (any more)."""
    found = storages[alias]
    found.alias = alias  # type: ignore[attr-defined]  # under which its calls are counted
    return cast(PictureStorage, found)


def new_originals() -> str:
    """The alias under which new originals are stored."""
    return ORIGINALS[settings.VITRINE_STORAGE]


def new_renditions() -> str:
    """The alias under which new renditions are stored."""
    return RENDITIONS[settings.VITRINE_STORAGE]


def has_public_copies() -> bool:
    """Whether STORAGES has a place for copies that everybody may read."""
    return S3_PUBLIC in settings.STORAGES


def configured() -> list[str]:
    """All aliases of ours that STORAGES has."""
    ours = (LOCAL, LOCAL_RENDITIONS, S3, S3_RENDITIONS, S3_PUBLIC)
    return [alias for alias in ours if alias in settings.STORAGES]
