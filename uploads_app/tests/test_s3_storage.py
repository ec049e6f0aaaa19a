"""What S3 promises besides: checked bytes, true facts, repeats that succeed, errors that are told apart."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.files.base import ContentFile

from config.tests.services import need_s3
from uploads_app.storage.base import Facts
from uploads_app.storage.errors import StorageAway, Unmarked
from uploads_app.storage.places import S3, storage
from uploads_app.storage.s3 import DurableS3Storage
from uploads_app.tests.s3_storages import reached_at, source_of

KEY = "uploads/general/a.jpg"


@pytest.fixture
def s3() -> DurableS3Storage:
    need_s3()
    found = storage(S3)
    assert isinstance(found, DurableS3Storage)
    found.mark()
    return found


@pytest.fixture
def source(tmp_path: Path) -> Callable[[bytes], Path]:
    return lambda data: source_of(data, tmp_path)


def facts_of(data: bytes) -> Facts:
    return Facts(
        hashlib.sha256(data).hexdigest(),
        "image/webp",
        "inline; filename*=UTF-8''gr%C3%BCn.webp",
        "private, max-age=86400, immutable",
    )


def test_the_facts_are_stored_with_the_bytes_and_given_out_with_them(
    s3: DurableS3Storage, source: Callable[[bytes], Path]
) -> None:
    s3.write_once(KEY, source(b"x"), facts_of(b"x"))
    answer = httpx.get(s3.link(KEY).url, trust_env=False)
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Disposition"] == facts_of(b"x").disposition
    assert answer.headers["Cache-Control"] == facts_of(b"x").cache_control
    assert s3.stored_sha256(KEY) == facts_of(b"x").sha256


@pytest.mark.parametrize("size", [10, 2_000_000])
def test_the_same_bytes_again_are_success_as_after_an_answer_that_got_lost(
    s3: DurableS3Storage, source: Callable[[bytes], Path], size: int
) -> None:
    data = b"0123456789" * (size // 10)
    s3.write_once(KEY, source(data), facts_of(data))
    s3.write_once(KEY, source(data), facts_of(data))
    assert s3.read(KEY) == data


@pytest.mark.parametrize("size", [10, 2_000_000])
def test_bytes_that_are_not_those_that_were_said_are_refused_by_s3(
    s3: DurableS3Storage, source: Callable[[bytes], Path], size: int
) -> None:
    with pytest.raises(StorageAway):
        s3.write_once(KEY, source(b"torn" * size), facts_of(b"whole" * size))
    assert not s3.exists(KEY)


def test_a_bucket_that_is_not_there_is_away_and_nothing_is_absent_from_it(
    source: Callable[[bytes], Path],
) -> None:
    nowhere = reached_at("", "tests-there-is-no-such-bucket")
    with pytest.raises(StorageAway):
        nowhere.mark()
    for ask in (
        nowhere.check,
        lambda: nowhere.exists(KEY),
        lambda: nowhere.remove(KEY),
        lambda: list(nowhere.keys("a")),
    ):
        with pytest.raises(Unmarked):
            ask()
    with pytest.raises(StorageAway):
        nowhere.read(KEY)
    with pytest.raises(StorageAway):
        nowhere.write_once(KEY, source(b"x"), facts_of(b"x"))


def test_a_server_that_is_not_there_is_away(source: Callable[[bytes], Path]) -> None:
    nobody = reached_at("http://127.0.0.1:9")
    for ask in (nobody.check, nobody.mark, lambda: nobody.exists(KEY), lambda: nobody.read(KEY)):
        with pytest.raises(StorageAway, match="EndpointConnectionError"):
            ask()


def test_no_room_for_a_copy_on_this_machine_is_no_fault_of_s3_and_not_tried_again(
    s3: DurableS3Storage, source: Callable[[bytes], Path], settings: Any, tmp_path: Path
) -> None:
    s3.write_once(KEY, source(b"x" * 100), facts_of(b"x" * 100))
    settings.VITRINE_SPOOL_DIR = tmp_path / "full"
    settings.VITRINE_SPOOL_DIR.symlink_to("/dev/full")
    with pytest.raises(StorageAway, match="spool"), s3.local_copy(KEY):
        pass

    class Full:
        tries = 0

        def seek(self, _to: int) -> None:
            Full.tries += 1

        def truncate(self) -> None: ...

        def write(self, _data: bytes) -> int:
            raise OSError(28, "No space left on device")

    target: Any = Full()
    with pytest.raises(StorageAway, match="No space left on device on this machine"):
        s3._fetch(KEY, target)
    assert Full.tries == 1


def test_times_are_told_by_this_machines_clock(s3: DurableS3Storage, source: Callable[[bytes], Path]) -> None:
    s3.write_once(KEY, source(b"x"), facts_of(b"x"))
    [(_, before)] = s3.keys("uploads")

    def hours_behind(parsed: dict[str, Any], **kwargs: Any) -> None:
        headers, late = parsed["ResponseMetadata"]["HTTPHeaders"], timedelta(hours=5)
        headers["date"] = format_datetime(parsedate_to_datetime(headers["date"]) - late, usegmt=True)
        for found in parsed.get("Contents", ()):
            found["LastModified"] -= late

    events = s3.client.meta.events
    events.register("after-call.s3.ListObjectsV2", hours_behind)
    try:
        [(_, after)] = s3.keys("uploads")
    finally:
        events.unregister("after-call.s3.ListObjectsV2", hours_behind)
    assert abs(after - before) < 10


def test_bodies_that_were_read_give_their_connections_back(
    s3: DurableS3Storage, source: Callable[[bytes], Path]
) -> None:
    s3.write_once(KEY, source(b"x" * 500_000), facts_of(b"x" * 500_000))
    made = _connections(s3)
    for _ in range(5):
        s3.read(KEY)
        s3.read(KEY, 3, 9)
        s3.open_stored(KEY).close()
        with s3.local_copy(KEY):
            pass
        s3.exists("uploads/absent")
    assert _connections(s3) == made


def _connections(s3: DurableS3Storage) -> int:
    """How many connections its client has made in all."""
    pools = s3.client._endpoint.http_session._manager.pools
    return sum(pools[key].num_connections for key in pools.keys())  # noqa: SIM118  (no mapping)


def test_djangos_own_save_is_closed(s3: DurableS3Storage) -> None:
    with pytest.raises(TypeError):
        s3.save("x.jpg", ContentFile(b"x"))
