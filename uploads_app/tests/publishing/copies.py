"""The bucket of public copies in tests, and what is looked up about them."""

from __future__ import annotations

import json
from contextlib import suppress

import boto3
import httpx
from botocore.config import Config

from uploads_app.models import PublicCopy, Rendition
from uploads_app.services.publishing.addresses import public_address

BUCKET = "vitrine-tests-public"
DATA = b"RIFF the card"


def everybodys_bucket(own: dict[str, str]) -> str:
    """A bucket that anybody may read object by object; the URL of its root. `own` is how S3 is reached."""
    client = boto3.client(
        "s3",
        endpoint_url=own["VITRINE_S3_ENDPOINT"],
        region_name=own["VITRINE_S3_REGION"],
        aws_access_key_id=own["VITRINE_S3_ACCESS_KEY"],
        aws_secret_access_key=own["VITRINE_S3_SECRET_KEY"],
        config=Config(s3={"addressing_style": "path"}),
    )
    with suppress(client.exceptions.BucketAlreadyOwnedByYou):  # all processes of a run share it
        client.create_bucket(Bucket=BUCKET)
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    statement = anybody | {"Resource": f"arn:aws:s3:::{BUCKET}/*"}
    client.put_bucket_policy(
        Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    return f"{own['VITRINE_S3_ENDPOINT']}/{BUCKET}"


def url_of(row: Rendition) -> str:
    return f"/api/upload/{row.file_id}/{row.preset}.{row.format}?v={row.digest}"


def fetch(key: str) -> httpx.Response:
    return httpx.get(public_address(key), trust_env=False)


def states() -> list[str]:
    return list(PublicCopy.objects.order_by("pk").values_list("state", flat=True))
