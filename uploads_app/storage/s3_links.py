"""What a bucket knows of itself, for links to its objects."""

from __future__ import annotations

import time
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError
from django.conf import settings

from uploads_app.storage.base import Link
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.links import Signer, signed_get, window


class LinksMixin:
    """Links of an S3 storage: nothing is asked for them, they are computed."""

    client: Any
    bucket_name: str
    region_name: str
    object_key: Any
    _create_session: Any

    def link(self, key: str, at_most: int | None = None) -> Link:
        """A presigned address, good for VITRINE_S3_LINK_TTL at most, and the same for half of it.

        Asks no storage: it is computed. Raises StorageAway where there are no keys to sign with.
        """
        now = int(time.time())
        good = window(now, settings.VITRINE_S3_LINK_TTL, at_most)
        return Link(signed_get(self.folder, self.object_key(key), self._signer(), good), good.ends - now)

    @cached_property
    def folder(self) -> str:
        """The URL under which the bucket's objects lie, with a slash at its end, as boto3 finds it.

        Raises StorageAway where there are no keys to sign with.
        """
        what = {"Bucket": self.bucket_name, "Key": "-"}
        try:
            url: str = self.client.generate_presigned_url("get_object", Params=what)
        except BotoCoreError as error:
            raise StorageAway(f"S3 says {type(error).__name__}") from error
        return url.partition("?")[0].removesuffix("-")

    @cached_property
    def _keys(self) -> Any:
        return self._create_session().get_credentials()

    def _signer(self) -> Signer:
        """With the keys of now: those of a machine's role change by themselves."""
        try:
            keys = self._keys.get_frozen_credentials()
        except (AttributeError, BotoCoreError) as error:
            raise StorageAway("there are no keys for S3") from error
        return Signer(keys.access_key, keys.secret_key, keys.token or "", self.region_name)
