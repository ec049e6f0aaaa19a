"""S3 storages of tests: reached by another way, with a bucket of their own, or in place of the usual one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from config.tests.services import s3_options
from uploads_app.storage.base import PictureStorage
from uploads_app.storage.places import S3, S3_RENDITIONS
from uploads_app.storage.s3 import DurableS3Storage
from uploads_app.storage.s3_calls import config


@cache
def reached_at(endpoint: str, bucket: str = "", read_timeout: float = 10.0) -> DurableS3Storage:
    """One that every test of this process shares: a client takes long to make. `read_timeout` in seconds."""
    hasty = config().merge(type(config())(read_timeout=read_timeout))
    return DurableS3Storage(**s3_options(endpoint, bucket), client_config=hasty)


def lie_in(found: PictureStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the pictures that are said to lie in S3 lie there."""
    handler: Any = storages
    for alias in (S3, S3_RENDITIONS):
        monkeypatch.setitem(handler._storages, alias, found)


@contextmanager
def own_bucket(admin: Any, *, versions: bool = False) -> Iterator[str]:
    """A new bucket's name; gone with all that is in it. `admin` is a client of boto3."""
    name = f"tests-{uuid.uuid4()}"
    admin.create_bucket(Bucket=name)
    if versions:
        admin.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    try:
        yield name
    finally:
        for kept in versions_in(admin, name):
            admin.delete_object(Bucket=name, Key=kept["Key"], VersionId=kept["VersionId"])
        admin.delete_bucket(Bucket=name)


def versions_in(admin: Any, bucket: str, prefix: str = "") -> list[dict[str, Any]]:
    """Everything that a bucket keeps: versions of objects, and marks of their removal."""
    pages = admin.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    return [one for page in pages for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))]


def source_of(data: bytes, folder: Path) -> Path:
    """A file to be stored."""
    path = folder / uuid.uuid4().hex
    path.write_bytes(data)
    return path
