"""Forms by which others put bytes into a storage, where it takes them: S3's presigned POST."""

from __future__ import annotations

import base64
import math
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError

from uploads_app.storage.base import Facts
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage
from uploads_app.storage.s3 import DurableS3Storage


@dataclass(frozen=True, slots=True)
class Form:
    """Where a form is sent, and the fields before its file. Both are secrets while it is good."""

    url: str
    fields: dict[str, str]


def signed_form(alias: str, key: str, facts: Facts, size: int, until: datetime) -> Form | None:
    """A form that takes these bytes at this key and no others, until then; None where the storage takes none.

    The policy in it fixes key, size, type and SHA-256, and S3 refuses whatever differs. Asks nobody: it is
    computed. Raises StorageAway.
    """
    place = storage(alias)
    if not isinstance(place, DurableS3Storage):
        return None
    fields = {
        "Content-Type": facts.content_type,
        # S3 checks the bytes against it. What does not know it keeps to the policy all the same.
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(facts.sha256)).decode(),
        "success_action_status": "204",
    }
    exactly: list[Any] = [{name: value} for name, value in fields.items()]
    return _signed(
        place,
        Key=place.object_key(key),
        Fields=fields,
        Conditions=[*exactly, ["content-length-range", size, size]],
        ExpiresIn=math.floor(until.timestamp() - time.time()),
    )


@cache
def forms_origin(alias: str) -> str:
    """Where forms of a storage are sent, as an origin; empty where it takes none. Raises StorageAway."""
    place = storage(alias)
    if not isinstance(place, DurableS3Storage):
        return ""
    found = urlsplit(_signed(place, Key="any").url)
    return f"{found.scheme}://{found.netloc}"


def _signed(place: DurableS3Storage, **what: Any) -> Form:
    """Raises StorageAway where there is nothing to sign with."""
    try:
        made = place.client.generate_presigned_post(Bucket=place.bucket_name, **what)
    except BotoCoreError as error:
        raise StorageAway(f"S3 forms cannot be signed: {type(error).__name__}") from error
    return Form(made["url"], made["fields"])
