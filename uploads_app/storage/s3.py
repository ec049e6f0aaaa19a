"""S3 and what speaks its protocol, as a storage whose writes are conditional, checked and bounded in time.

django-storages overwrites a key silently and cannot send If-None-Match, so what is written and read here goes
through boto3's client; its settings, credentials and Django's storage API are django-storages'.
"""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from storages.backends.s3 import S3Storage

from uploads_app.storage.base import Facts, Link
from uploads_app.storage.errors import KeyTaken, StorageAway, Unmarked
from uploads_app.storage.keys import MARK
from uploads_app.storage.links import Signer, signed_get, window
from uploads_app.storage.outside import outside_transactions
from uploads_app.storage.s3_audit import AuditedS3
from uploads_app.storage.temporary import new_temporary

Found = TypeVar("Found")

_CHUNK = 256 * 1024  # bytes
_IN_MEMORY = 1024 * 1024  # bytes of an open object that are held in memory, not on disk
_ABSENT = {"404", "NoSuchKey", "NotFound"}
_TAKEN = {"412", "PreconditionFailed"}
_RACING = {"409", "ConditionalRequestConflict"}


class DurableS3Storage(AuditedS3, S3Storage):  # type: ignore[misc]  # django-storages has no types
    """A bucket, or the part of one under VITRINE_S3_LOCATION.

    Each call is tried at most VITRINE_S3_ATTEMPTS times, with a random pause that doubles. That a key is
    absent is only believed of a bucket that bears our mark.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("client_config", _config())
        super().__init__(**options)
        self._seen_mark = ""

    @cached_property
    def client(self) -> Any:
        """One for all threads: clients are safe to share, and each takes a tenth of a second to make."""
        return self._create_session().client(
            "s3",
            region_name=self.region_name,
            use_ssl=self.use_ssl,
            endpoint_url=self.endpoint_url,
            config=self.client_config,
            verify=self.verify,
        )

    def object_key(self, key: str) -> str:
        """Where a key lies in the bucket."""
        location: str = settings.VITRINE_S3_LOCATION
        return f"{location}/{key}" if location else key

    def check(self, *, seen_is_enough: bool = False) -> None:
        """Raises Unmarked when the bucket bears no mark, StorageAway when it cannot be asked."""
        mark = self.object_key(MARK)
        if seen_is_enough and self._seen_mark == mark:
            return
        if self._head(MARK) is None:
            raise Unmarked(f"the bucket {self.bucket_name} is not there or not ours: it has no {MARK}")
        self._seen_mark = mark

    def mark(self) -> None:
        """Marks the bucket as ours for good. Raises StorageAway, also when there is no such bucket."""
        self._ask("put_object", key=MARK, Body=b"")

    def exists(self, name: str) -> bool:
        """Whether there are bytes at a key. Raises what `check` raises."""
        found = self._head(name) is not None
        if not found:
            self.check()
        return found

    def size(self, name: str) -> int:
        """How many bytes there are at a key. Raises FileNotFoundError, StorageAway."""
        key = self.object_key(name)
        return int(self._found(name, lambda: self._call("head_object", Key=key))["ContentLength"])

    def write_once(self, key: str, source: Path, facts: Facts) -> None:
        """Stores the bytes of `source` at `key` by one conditional put; S3 checks it by their SHA-256.

        When an earlier answer got lost, the bytes that lie there already are ours. Raises KeyTaken when
        others do, StorageAway.
        """
        said = {"ContentDisposition": facts.disposition, "CacheControl": facts.cache_control}
        arguments = {name: value for name, value in said.items() if value}

        def put() -> None:
            with source.open("rb") as body:
                self._call(
                    "put_object",
                    Key=self.object_key(key),
                    Body=body,
                    ContentLength=source.stat().st_size,
                    ContentType=facts.content_type,
                    ChecksumSHA256=base64.b64encode(bytes.fromhex(facts.sha256)).decode(),
                    Metadata={"sha256": facts.sha256},
                    IfNoneMatch="*",
                    **arguments,
                )

        try:
            _patiently(put)
        except ClientError as error:
            if _code(error) not in _TAKEN:
                raise _away(error) from error
            if self.stored_sha256(key) != facts.sha256:
                raise KeyTaken(key) from error

    def stored_sha256(self, key: str) -> str | None:
        """The SHA-256 (hex) that was stored with the bytes at `key`; None when there are none."""
        head = self._head(key)
        return None if head is None else head.get("Metadata", {}).get("sha256", "")

    def remove(self, key: str) -> None:
        """Removes the bytes at `key`; absent is success. Raises StorageAway."""
        self._ask("delete_object", key=key)

    def open_stored(self, key: str) -> IO[bytes]:
        """The bytes at `key`, whole, in memory or a temporary file. Raises FileNotFoundError, StorageAway."""
        target = SpooledTemporaryFile(_IN_MEMORY, dir=str(_spool()))  # noqa: SIM115  (the caller closes it)
        try:
            self._fetch(key, cast(IO[bytes], target))
        except BaseException:
            target.close()
            raise
        return cast(IO[bytes], target)

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The bytes at `key` from `start` on, at most `length`. Raises FileNotFoundError, StorageAway."""
        if length == 0:
            return b""
        end = "" if length is None else start + length - 1
        wanted = {"Range": f"bytes={start}-{end}"} if start or length is not None else {}

        def get() -> bytes:
            data: bytes = self._call("get_object", Key=self.object_key(key), **wanted)["Body"].read()
            return data

        return self._found(key, get)

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        """The bytes at `key` in a private file of the spool. Raises FileNotFoundError, StorageAway."""
        path = new_temporary()
        try:
            with path.open("wb", buffering=0) as target:
                self._fetch(key, target)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[tuple[str, float]]:
        """All keys under the folder `prefix` with their time of last change. Raises what `check` raises."""
        self.check()
        outside_transactions()
        shift = len(self.object_key(""))
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket_name, Prefix=self.object_key(f"{prefix}/")
        )
        try:
            for page in pages:
                for found in page.get("Contents", ()):
                    yield found["Key"][shift:], found["LastModified"].timestamp()
        except (ClientError, BotoCoreError) as error:
            raise _away(error) from error

    def link(self, key: str, at_most: int | None = None) -> Link:
        """A presigned address, good for VITRINE_S3_LINK_TTL at most, and the same for half of it.

        Asks no storage: it is computed. Raises StorageAway where there are no keys to sign with.
        """
        now = int(time.time())
        good = window(now, settings.VITRINE_S3_LINK_TTL, at_most)
        return Link(signed_get(self.folder, self.object_key(key), self._signer(), good), good.ends - now)

    @cached_property
    def folder(self) -> str:
        """The URL under which the bucket's objects lie, with a slash at its end, as boto3 finds it."""
        what = {"Bucket": self.bucket_name, "Key": "-"}
        url: str = self.client.generate_presigned_url("get_object", Params=what)
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

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Keys are written once: a second name would hide that one was taken."""
        raise TypeError("use write_once: django-storages overwrites what is there")

    def _save(self, name: str, content: Any) -> str:
        raise TypeError("use write_once: django-storages overwrites what is there")

    def _fetch(self, key: str, target: IO[bytes]) -> None:
        def get() -> None:
            target.seek(0)
            target.truncate()
            for chunk in self._call("get_object", Key=self.object_key(key))["Body"].iter_chunks(_CHUNK):
                target.write(chunk)
            target.seek(0)

        self._found(key, get)

    def _found(self, key: str, get: Callable[[], Found]) -> Found:
        """What `get` gives; FileNotFoundError of an absent key, if the bucket is ours."""
        try:
            return _patiently(get)
        except ClientError as error:
            if _code(error) not in _ABSENT:
                raise _away(error) from error
            self.check()
            raise FileNotFoundError(key) from error

    def _head(self, key: str) -> dict[str, Any] | None:
        try:
            head: dict[str, Any] = _patiently(lambda: self._call("head_object", Key=self.object_key(key)))
        except ClientError as error:
            if _code(error) in _ABSENT:
                return None
            raise _away(error) from error
        return head

    def _ask(self, operation: str, *, key: str, **arguments: Any) -> Any:
        try:
            return _patiently(lambda: self._call(operation, Key=self.object_key(key), **arguments))
        except ClientError as error:
            raise _away(error) from error

    def _call(self, operation: str, **arguments: Any) -> Any:
        outside_transactions()
        return getattr(self.client, operation)(Bucket=self.bucket_name, **arguments)


def _config() -> Config:
    """Short timeouts, and no tries of boto3's own: a body that is cut short is tried again as well, by us."""
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": settings.VITRINE_S3_ADDRESSING},
        connect_timeout=settings.VITRINE_S3_CONNECT_TIMEOUT,
        read_timeout=settings.VITRINE_S3_READ_TIMEOUT,
        retries={"total_max_attempts": 1},
        max_pool_connections=32,
        tcp_keepalive=True,
        # Checksums where we give them; others are of no use, and not every S3 knows them.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


def _patiently(call: Callable[[], Found]) -> Found:
    """What a call gives, tried again after transient faults. Raises StorageAway, ClientError."""
    for attempt in range(1, settings.VITRINE_S3_ATTEMPTS + 1):
        try:
            return call()
        except ClientError as error:
            if not _is_transient(error) or attempt == settings.VITRINE_S3_ATTEMPTS:
                raise
        except (BotoCoreError, OSError) as error:
            if attempt == settings.VITRINE_S3_ATTEMPTS:
                raise _away(error) from error
        time.sleep(random.uniform(0.5, 1.0) * 0.1 * 2**attempt)
    raise AssertionError("VITRINE_S3_ATTEMPTS is at least 1")


def _is_transient(error: ClientError) -> bool:
    status = int(error.response["ResponseMetadata"].get("HTTPStatusCode", 0))
    return (
        status >= 500
        or status == 429
        or _code(error) in _RACING | {"SlowDown", "RequestTimeout", "BadDigest"}
    )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _away(error: Exception) -> StorageAway:
    told = _code(error) if isinstance(error, ClientError) else type(error).__name__
    return StorageAway(f"S3 says {told}")


def _spool() -> Path:
    folder: Path = settings.VITRINE_SPOOL_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
