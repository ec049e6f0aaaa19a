"""Calls of S3: short timeouts, few tries, an end that is known, and what its errors mean."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from django.conf import settings
from urllib3.exceptions import HTTPError

from uploads_app.storage.errors import NotKnownThere, StorageAway

Found = TypeVar("Found")

ABSENT = {"404", "NoSuchKey", "NotFound"}
TAKEN = {"412", "PreconditionFailed"}
PAST_THE_END = {"416", "InvalidRange"}
_NOT_KNOWN_THERE = {"501", "NotImplemented"}
_PASSING = {"SlowDown", "RequestTimeout", "BadDigest", "XAmzContentSHA256Mismatch"}
_RACING = {"409", "ConditionalRequestConflict"}
# Nothing, or nothing that S3 says: what stands in front of it answers in words of its own. botocore lets some
# HTTPErrors pass that befall a body.
_NO_ANSWER = (BotoCoreError, ResponseParserError, HTTPError)
_CHUNK = 256 * 1024  # bytes
_FIRST_PAUSE = 0.2  # seconds at most; each pause is twice the one before


def config() -> Config:
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


def without_asking_for_leave(request: Any, **_told: Any) -> None:
    """Before boto3 signs a put: what is in memory goes with its head; leave costs a way there and back."""
    if isinstance(request.data, io.BytesIO):
        del request.headers["Expect"]


class Limit:
    """The moment after which a call is not tried again, and no body goes on."""

    def __init__(self) -> None:
        self._end = time.monotonic() + settings.VITRINE_S3_CALL_TIMEOUT

    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def check(self) -> None:
        """Raises StorageAway once it is over."""
        if self.is_over():
            raise StorageAway("S3 is too slow")


def patiently(call: Callable[[Limit], Found]) -> Found:
    """What a call gives, tried VITRINE_S3_ATTEMPTS times in all, after pauses that grow and are random.

    Ends after VITRINE_S3_CALL_TIMEOUT seconds, and the one wait for S3 that may be under way then: a connect
    and a read timeout. Raises StorageAway, and ClientError for what S3 refuses.
    """
    limit = Limit()
    for attempt in range(1, settings.VITRINE_S3_ATTEMPTS + 1):
        try:
            return call(limit)
        except ClientError as error:
            if not _is_passing(error) or _was_last(attempt, limit):
                raise
        except _NO_ANSWER as error:
            if _was_last(attempt, limit):
                raise away(error) from error
        except OSError as error:  # of this machine: those of the network are among the others
            raise StorageAway(f"{error.strerror} on this machine") from error
        time.sleep(random.uniform(0.5, 1.0) * _FIRST_PAUSE * 2 ** (attempt - 1))
    raise AssertionError("VITRINE_S3_ATTEMPTS is at least 1")


def _was_last(attempt: int, limit: Limit) -> bool:
    return attempt >= settings.VITRINE_S3_ATTEMPTS or limit.is_over()


def code(error: ClientError) -> str:
    """S3's name for an error; the status where an answer has no body, as to HEAD."""
    return str(error.response.get("Error", {}).get("Code", ""))


def away(error: Exception) -> StorageAway:
    """What callers get to know: no address, which may be signed."""
    told = code(error) if isinstance(error, ClientError) else type(error).__name__
    return (NotKnownThere if told in _NOT_KNOWN_THERE else StorageAway)(f"S3 says {told}")


def pieces(answer: dict[str, Any], limit: Limit) -> Iterator[bytes]:
    """The body of an answer. Raises BotoCoreError when it is cut short.

    It is closed however this ends: a connection that has more to give is of no use to the next call.
    """
    with closing(answer["Body"]) as body:
        for piece in body.iter_chunks(_CHUNK):
            yield piece
            limit.check()


class Outgoing(io.FileIO):
    """A file that is sent, and not on and on."""

    def __init__(self, path: Path, limit: Limit) -> None:
        super().__init__(path, "rb")
        self._limit = limit

    def read(self, size: int | None = -1, /) -> bytes:
        """Raises StorageAway once the call's time is over."""
        self._limit.check()
        return super().read(-1 if size is None else size) or b""


def _is_passing(error: ClientError) -> bool:
    status = int(error.response["ResponseMetadata"].get("HTTPStatusCode", 0))
    if status >= 500:
        return code(error) not in _NOT_KNOWN_THERE
    return status == 429 or code(error) in _PASSING | _RACING
