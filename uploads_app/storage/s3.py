"""S3 and what speaks its protocol, as a storage whose writes are conditional, checked and bounded in time.

django-storages overwrites a key silently and cannot send If-None-Match, so what is written and read here goes
through boto3's client; its settings, credentials and Django's storage API are django-storages'.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage

from uploads_app.errors import Unavailable
from uploads_app.storage.base import Facts
from uploads_app.storage.errors import KeyTaken, StorageAway, Unmarked
from uploads_app.storage.keys import MARK, sound
from uploads_app.storage.measured import measured
from uploads_app.storage.outside import outside_transactions
from uploads_app.storage.s3_audit import AuditedS3
from uploads_app.storage.s3_calls import (
    ABSENT,
    PAST_THE_END,
    TAKEN,
    Found,
    Limit,
    Outgoing,
    away,
    code,
    config,
    patiently,
    pieces,
    without_asking_for_leave,
)
from uploads_app.storage.s3_links import LinksMixin
from uploads_app.storage.s3_listing import Listing
from uploads_app.storage.temporary import new_temporary, spool

_IN_MEMORY = 1024 * 1024  # bytes of an object on its way that are held in memory, not on disk


@measured
class DurableS3Storage(AuditedS3, LinksMixin, S3Storage):  # type: ignore[misc]  # django-storages has no types
    """A bucket, or the part of one under VITRINE_S3_LOCATION.

    That a key is absent is only believed of a bucket that bears our mark. How long a call may take with all
    its tries: `s3_calls.patiently`.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("client_config", config())
        super().__init__(**options)
        self._seen_mark = ""
        self._listing = Listing(self._ask)

    @cached_property
    def client(self) -> Any:
        """One for all threads: clients are safe to share, and each takes a tenth of a second to make."""
        client = self._create_session().client(
            "s3",
            region_name=self.region_name,
            use_ssl=self.use_ssl,
            endpoint_url=self.endpoint_url,
            config=self.client_config,
            verify=self.verify,
        )
        client.meta.events.register("before-sign.s3.PutObject", without_asking_for_leave)
        return client

    def object_key(self, key: str) -> str:
        """Where a key lies in the bucket. Raises SuspiciousFileOperation for one that is no key of ours."""
        return self.root + sound(key)

    def check(self, *, seen_is_enough: bool = False) -> None:
        """Raises Unmarked when the bucket bears no mark, StorageAway when it cannot be asked."""
        mark = self.object_key(MARK)
        if seen_is_enough and self._seen_mark == mark:
            return
        self._seen_mark = ""
        if self._head(MARK) is None:
            raise Unmarked(f"the bucket {self.bucket_name} is not there or not ours: it has no {MARK}")
        self._seen_mark = mark

    def mark(self) -> None:
        """Marks the bucket as ours for good. Raises StorageAway, also when there is no such bucket."""
        self._ask("put_object", Key=self.object_key(MARK), Body=b"")

    def exists(self, name: str) -> bool:
        """Whether there are bytes at a key. Raises what `check` raises."""
        found = self._head(name) is not None
        if not found:
            self.check()
        return found

    def size(self, name: str) -> int:
        """How many bytes there are at a key. Raises FileNotFoundError, StorageAway."""
        key = self.object_key(name)
        head: dict[str, Any] = self._found(name, lambda _: self._call("head_object", Key=key))
        return int(head["ContentLength"])

    def write_once(self, key: str, source: Path, facts: Facts) -> None:
        """Stores the bytes of `source` at `key` by one conditional put; S3 checks it by their SHA-256.

        When an earlier answer got lost, the bytes that lie there already are ours. Raises KeyTaken when
        others do, StorageAway.
        """
        self.check(seen_is_enough=True)
        said = {"ContentDisposition": facts.disposition, "CacheControl": facts.cache_control}
        arguments = {
            "Key": self.object_key(key),
            "ContentType": facts.content_type,
            "ChecksumSHA256": base64.b64encode(bytes.fromhex(facts.sha256)).decode(),
            "Metadata": {"sha256": facts.sha256},
            "IfNoneMatch": "*",
            **{name: value for name, value in said.items() if value},
        }

        def put(limit: Limit) -> None:
            with _outgoing(source, limit) as body:
                self._call("put_object", Body=body, **arguments)

        try:
            patiently(put)
        except ClientError as error:
            if code(error) not in TAKEN:
                raise away(error) from error
            if self.stored_sha256(key) != facts.sha256:
                raise KeyTaken(key) from error

    def stored_sha256(self, key: str) -> str | None:
        """The SHA-256 (hex) that was stored with the bytes at `key`; None when there are none."""
        head = self._head(key)
        return None if head is None else head.get("Metadata", {}).get("sha256", "")

    def remove(self, key: str) -> None:
        """Removes the bytes at `key`, where the bucket keeps versions all of them; absent is success.

        Raises what `check` raises.
        """
        self.check(seen_is_enough=True)
        at = self.object_key(key)
        if not self._listing.keeps_versions(seen_is_enough=True):
            answer = self._ask("delete_object", Key=at)
            if not (answer.get("DeleteMarker") or answer.get("VersionId")):
                return
        for version in self._listing.versions(at):
            self._ask("delete_object", Key=at, VersionId=version)

    def open_stored(self, key: str) -> IO[bytes]:
        """The bytes at `key`, whole, in memory or a temporary file. Raises FileNotFoundError, StorageAway."""
        target = SpooledTemporaryFile(_IN_MEMORY, dir=str(spool()))  # noqa: SIM115  (the caller closes it)
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

        def get(limit: Limit) -> bytes:
            answer = self._call("get_object", Key=self.object_key(key), **wanted)
            data = b"".join(pieces(answer, limit))
            if wanted and "ContentRange" not in answer:  # one that knows no ranges gives all
                return data[start:] if length is None else data[start : start + length]
            return data

        return self._found(key, get, past_the_end=b"")

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        """The bytes at `key` in a private file of the spool. Raises FileNotFoundError, StorageAway."""
        try:
            path = new_temporary()
        except Unavailable as error:
            raise StorageAway("there is no room in the spool") from error
        try:
            with path.open("wb", buffering=0) as target:
                self._fetch(key, target)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keys(self, prefix: str, after: str | None = None) -> Iterator[tuple[str, float]]:
        """All keys under the folder `prefix` with their time of last change, by this machine's clock.

        Where the bucket keeps versions, those too whose bytes are only hidden: they are still there, to be
        removed. Raises what `check` raises.
        """
        self.check()
        folder = self.object_key(prefix) + "/"
        shift = len(folder) - len(prefix) - 1
        for key, changed in self._listing.under(folder, self.object_key(after) if after else ""):
            yield key[shift:], changed

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Keys are written once: a second name would hide that one was taken."""
        raise TypeError("use write_once: django-storages overwrites what is there")

    def _save(self, name: str, content: Any) -> str:
        raise TypeError("use write_once: django-storages overwrites what is there")

    def _fetch(self, key: str, target: IO[bytes]) -> None:
        def get(limit: Limit) -> None:
            target.seek(0)
            target.truncate()
            for piece in pieces(self._call("get_object", Key=self.object_key(key)), limit):
                target.write(piece)
            target.seek(0)

        self._found(key, get)

    def _found(self, key: str, get: Callable[[Limit], Found], past_the_end: Found | None = None) -> Found:
        """What `get` gives; FileNotFoundError of an absent key, if the bucket is ours."""
        try:
            return patiently(get)
        except ClientError as error:
            if past_the_end is not None and code(error) in PAST_THE_END:
                return past_the_end
            if code(error) not in ABSENT:
                raise away(error) from error
            self.check()
            raise FileNotFoundError(key) from error

    def _head(self, key: str) -> dict[str, Any] | None:
        at = self.object_key(key)
        try:
            head: dict[str, Any] = patiently(lambda _: self._call("head_object", Key=at))
        except ClientError as error:
            if code(error) in ABSENT:
                return None
            raise away(error) from error
        return head

    def _ask(self, operation: str, **arguments: Any) -> Any:
        try:
            return patiently(lambda _: self._call(operation, **arguments))
        except ClientError as error:
            raise away(error) from error

    def _call(self, operation: str, **arguments: Any) -> Any:
        outside_transactions()
        return getattr(self.client, operation)(Bucket=self.bucket_name, **arguments)


@contextmanager
def _outgoing(source: Path, limit: Limit) -> Iterator[bytes | Outgoing]:
    """What is small is sent at once; before a file boto3 asks for leave, which costs a way there and back."""
    if source.stat().st_size <= _IN_MEMORY:
        yield source.read_bytes()
    else:
        with Outgoing(source, limit) as body:
            yield body
