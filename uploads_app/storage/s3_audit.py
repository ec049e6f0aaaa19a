"""What an S3 is asked beyond storing pictures: what lies in it, how, and who may read it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from uploads_app.storage.base import Facts, Listed
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.keys import INCOMING, MARK, PUBLIC, QUARANTINE, RENDITIONS, ROOT
from uploads_app.storage.outside import outside_transactions

_OURS = {ROOT, RENDITIONS, QUARANTINE, INCOMING, PUBLIC, MARK}
_REFUSED = {401, 403, 404}  # 404: the bucket says to nobody what it holds


class AuditedS3:
    """The part of DurableS3Storage that checks and mends; it has the rest from there."""

    client: Any
    bucket_name: str
    endpoint_url: str | None
    region_name: str
    object_key: Any
    remove: Any

    @property
    def root(self) -> str:
        """What all keys of ours begin with in the bucket."""
        location: str = settings.VITRINE_S3_LOCATION
        return f"{location}/" if location else ""

    check: Any
    _head: Any
    _ask: Any

    def listed(self, folder: str, after: str = "") -> Iterator[Listed]:
        """All that lies under a folder, after the key `after`. Raises what `check` raises."""
        start = {"StartAfter": self.object_key(after)} if after else {}
        for page in self._pages(Prefix=self.object_key(folder) + "/", **start):
            for found in page.get("Contents", ()):
                yield self._listed(found)

    def strangers(self) -> Iterator[Listed]:
        """What lies beside our folders, at the top; of a folder only its name."""
        for page in self._pages(Prefix=self.root, Delimiter="/"):
            for folder in page.get("CommonPrefixes", ()):
                name = folder["Prefix"][len(self.root) :]
                if name.rstrip("/") not in _OURS:
                    yield Listed(name, 0.0, 0)
            for found in page.get("Contents", ()):
                one = self._listed(found)
                if one.key != MARK:
                    yield one

    def look(self, key: str) -> Listed | None:
        """What lies at a key now. Raises StorageAway, also when the bucket is not ours."""
        head = self._head(key)
        if head is None:
            self.check()
            return None
        return Listed(key, head["LastModified"].timestamp(), head["ContentLength"])

    def content_type(self, key: str) -> str | None:
        """What the bucket says that lies at `key`; None when nothing does."""
        head = self._head(key)
        return None if head is None else str(head.get("ContentType", ""))

    def restate(self, key: str, facts: Facts) -> None:
        """Says of the bytes at `key` what is true, without moving them. Raises StorageAway."""
        said = {"ContentDisposition": facts.disposition, "CacheControl": facts.cache_control}
        self._ask(
            "copy_object",
            Key=self.object_key(key),
            CopySource={"Bucket": self.bucket_name, "Key": self.object_key(key)},
            MetadataDirective="REPLACE",
            ContentType=facts.content_type,
            Metadata={"sha256": facts.sha256},
            **{name: value for name, value in said.items() if value},
        )

    def set_aside(self, key: str, to: str) -> None:
        """Copies what lies at `key` to `to` within the bucket, then removes it. Raises StorageAway."""
        if self._head(key) is None:
            return
        source = {"Bucket": self.bucket_name, "Key": self.object_key(key)}
        self._ask("copy_object", Key=self.object_key(to), CopySource=source)
        self.remove(key)

    def read_by_anybody(self, key: str) -> bool:
        """Whether the bytes at `key` are given to who has no credentials. Raises StorageAway."""
        return self._anybody("get_object", Key=self.object_key(key), Range="bytes=0-0")

    def listed_to_anybody(self) -> bool:
        """Whether what lies in the bucket is told to who has no credentials. Raises StorageAway."""
        return self._anybody("list_objects_v2", MaxKeys=1)

    @cached_property
    def _stranger(self) -> Any:
        own: Config = self.client.meta.config
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint_url,
            region_name=self.region_name,
            config=own.merge(Config(signature_version=UNSIGNED)),
        )

    def _anybody(self, operation: str, **arguments: Any) -> bool:
        outside_transactions()
        try:
            getattr(self._stranger, operation)(Bucket=self.bucket_name, **arguments)
        except ClientError as error:
            status = error.response["ResponseMetadata"].get("HTTPStatusCode")
            if status not in _REFUSED:
                raise StorageAway(f"S3 answers {status} to a stranger") from error
            return False
        except BotoCoreError as error:
            raise StorageAway(f"S3 says {type(error).__name__}") from error
        return True

    def _pages(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        self.check()
        outside_transactions()
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name, **arguments)
        try:
            yield from pages
        except (ClientError, BotoCoreError) as error:
            raise StorageAway(f"S3 says {type(error).__name__} while it is listed") from error

    def _listed(self, found: dict[str, Any]) -> Listed:
        key = found["Key"][len(self.root) :]
        return Listed(key, found["LastModified"].timestamp(), found["Size"])
