"""The bucket of copies that everybody may read, object by object."""

from __future__ import annotations

from botocore.exceptions import ClientError

from uploads_app.storage.base import Facts
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.s3 import DurableS3Storage


class PublicS3Storage(DurableS3Storage):
    """Who may read it is the bucket's policy: no object is given rights of its own."""

    def copy_from(self, source: DurableS3Storage, source_key: str, key: str, facts: Facts) -> None:
        """Copies an object of another bucket to `key`, within S3, with headers of its own.

        Raises FileNotFoundError where the source has none, StorageAway.
        """
        said = {"ContentDisposition": facts.disposition, "CacheControl": facts.cache_control}
        try:
            self._ask(
                "copy_object",
                Key=self.object_key(key),
                CopySource={"Bucket": source.bucket_name, "Key": source.object_key(source_key)},
                MetadataDirective="REPLACE",
                ContentType=facts.content_type,
                **{name: value for name, value in said.items() if value},
            )
        except StorageAway as error:
            absent = isinstance(error.__cause__, ClientError) and not source.exists(source_key)
            if absent:
                raise FileNotFoundError(source_key) from error
            raise
