"""Bytes that an installation loses, and finds again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from config.tests.live import LiveServer


@contextmanager
def without(server: LiveServer, key: str) -> Iterator[None]:
    """Meanwhile the bytes at a key of its storage are not there."""
    own = server.settings
    if own["VITRINE_STORAGE"] == "local":
        stored = server.media / key
        away = stored.rename(stored.with_suffix(".away"))
        yield
        away.rename(stored)
        return
    bucket = boto3.resource(
        "s3",
        endpoint_url=own["VITRINE_S3_ENDPOINT"],
        region_name=own["VITRINE_S3_REGION"],
        aws_access_key_id=own["VITRINE_S3_ACCESS_KEY"],
        aws_secret_access_key=own["VITRINE_S3_SECRET_KEY"],
    ).Bucket(own["VITRINE_S3_BUCKET"])
    there = bucket.Object(f"{own['VITRINE_S3_LOCATION']}/{key}")
    data = there.get()["Body"].read()
    there.delete()
    yield
    there.put(Body=data)
