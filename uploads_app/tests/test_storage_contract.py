"""What every storage promises: whole or not at all, never over another, gone when removed.

The same claims of a folder, of S3 (a real server), and of a storage that has neither paths nor a server.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.db import transaction

from config.tests.services import need_s3
from uploads_app.storage import places
from uploads_app.storage.base import Facts, PictureStorage
from uploads_app.storage.errors import KeyTaken, StorageAway, Unmarked
from uploads_app.storage.local import DurableLocalStorage
from uploads_app.tests.memory_storage import MemoryStorage

KEY = "uploads/general/a.jpg"
Make = Callable[[bytes], Path]


@pytest.fixture(params=["local", "s3", "memory"])
def unmarked(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> PictureStorage:
    """A storage that nobody has used yet."""
    if request.param == "local":
        (tmp_path / "volume").mkdir()
        return DurableLocalStorage(location=tmp_path / "volume")
    if request.param == "memory":
        return MemoryStorage()
    need_s3()
    settings.VITRINE_S3_LOCATION = f"tests/{uuid.uuid4()}"
    return places.storage(places.S3)


@pytest.fixture
def storage(unmarked: PictureStorage) -> PictureStorage:
    unmarked.mark()
    return unmarked


@pytest.fixture
def source(tmp_path: Path) -> Make:
    """Makes a file to be stored."""

    def make(data: bytes) -> Path:
        path = tmp_path / uuid.uuid4().hex
        path.write_bytes(data)
        return path

    return make


@pytest.fixture
def store(storage: PictureStorage, source: Make) -> Callable[..., None]:
    """Stores bytes at a key."""
    return lambda key, data: storage.write_once(key, source(data), facts_of(data))


def facts_of(data: bytes) -> Facts:
    return Facts(hashlib.sha256(data).hexdigest(), "image/jpeg")


def listed(storage: PictureStorage, prefix: str = "uploads") -> set[str]:
    return {key for key, _ in storage.keys(prefix)}


@pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
def test_what_was_written_is_read_back_whole(
    storage: PictureStorage, store: Callable[..., None], size: int
) -> None:
    data = os.urandom(size)
    store(KEY, data)
    assert storage.exists(KEY)
    assert storage.read(KEY) == data
    with storage.open_stored(KEY) as stored:
        assert stored.read() == data
    with storage.local_copy(KEY) as path:
        assert path.read_bytes() == data
    assert listed(storage) == {KEY}


@pytest.mark.parametrize(
    ("start", "length"),
    [(0, None), (0, 1), (0, 10), (3, 4), (9, 1), (3, None), (8, 100), (10, 1), (12, None), (0, 0), (2, 0)],
)
def test_a_part_is_what_a_slice_of_the_whole_is(
    storage: PictureStorage, store: Callable[..., None], start: int, length: int | None
) -> None:
    data = b"0123456789"
    store(KEY, data)
    assert storage.read(KEY, start, length) == data[start : None if length is None else start + length]


def test_an_open_picture_can_be_sought_in(storage: PictureStorage, store: Callable[..., None]) -> None:
    store(KEY, b"0123456789" * 300_000)
    with storage.open_stored(KEY) as stored:
        stored.seek(2_000_005)
        assert stored.read(3) == b"567"


def test_a_taken_key_is_refused_and_its_bytes_stay(
    storage: PictureStorage, store: Callable[..., None]
) -> None:
    store(KEY, b"the first")
    with pytest.raises(KeyTaken):
        store(KEY, b"others")
    assert storage.read(KEY) == b"the first"
    assert listed(storage) == {KEY}


def test_of_two_writers_of_one_key_one_wins(storage: PictureStorage, store: Callable[..., None]) -> None:
    for round_ in range(10):
        key, both = f"uploads/gig/{round_}.jpg", threading.Barrier(2)

        def write(data: bytes, key: str = key, both: threading.Barrier = both) -> bytes | None:
            both.wait()
            try:
                store(key, data)
            except KeyTaken:
                return None
            return data

        with ThreadPoolExecutor(2) as pool:
            won = [data for data in pool.map(write, [b"one" * 9000, b"another" * 9000]) if data]
        assert won == [storage.read(key)]


def test_removing_twice_is_success(storage: PictureStorage, store: Callable[..., None]) -> None:
    store(KEY, b"x")
    storage.remove(KEY)
    storage.remove(KEY)
    assert not storage.exists(KEY)
    assert listed(storage) == set()


def test_a_removed_key_may_be_written_again(storage: PictureStorage, store: Callable[..., None]) -> None:
    store(KEY, b"before")
    storage.remove(KEY)
    store(KEY, b"after")
    assert storage.read(KEY) == b"after"


@pytest.mark.parametrize("ask", ["read", "open_stored", "local_copy"])
def test_what_is_not_there_is_said_to_be_absent(
    storage: PictureStorage, store: Callable[..., None], ask: str
) -> None:
    store("uploads/general/a.jpg.webp", b"x")
    with pytest.raises(FileNotFoundError):
        _used(storage, ask)
    assert not storage.exists(KEY)


def test_removing_takes_no_neighbour_whose_key_begins_alike(
    storage: PictureStorage, store: Callable[..., None]
) -> None:
    neighbours = {KEY + ".webp", "uploads/general/a", "uploads/general2/a.jpg"}
    for key in (KEY, *neighbours):
        store(key, b"x")
    storage.remove(KEY)
    assert listed(storage) == neighbours
    assert listed(storage, "uploads/general") == neighbours - {"uploads/general2/a.jpg"}


def test_keys_are_listed_with_their_times_however_many(
    storage: PictureStorage, store: Callable[..., None]
) -> None:
    keys = {f"uploads/general/{number:04}.jpg" for number in range(1003)}
    begun = time.time()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: store(key, b"x"), sorted(keys)))
    store("renditions/00/x.webp", b"x")
    found = list(storage.keys("uploads"))
    assert len(found) == len(keys)
    assert {key for key, _ in found} == keys
    assert all(begun - 2 < changed < time.time() + 2 for _, changed in found)


def test_a_local_copy_is_gone_with_its_context_and_the_bytes_are_not(
    storage: PictureStorage, store: Callable[..., None], settings: Any
) -> None:
    store(KEY, b"x")
    with pytest.raises(ZeroDivisionError), storage.local_copy(KEY):
        _ = 1 / 0
    assert storage.read(KEY) == b"x"
    spool = settings.VITRINE_SPOOL_DIR
    assert not spool.exists() or not any(spool.iterdir())


def _used(storage: PictureStorage, ask: str) -> None:
    if ask == "local_copy":
        with storage.local_copy(KEY):
            return
    if ask == "keys":
        list(storage.keys("uploads"))
    else:
        getattr(storage, ask)(KEY)


@pytest.mark.parametrize("ask", ["exists", "remove", "read", "open_stored", "local_copy", "keys"])
def test_a_storage_without_a_mark_never_looks_empty(unmarked: PictureStorage, ask: str) -> None:
    with pytest.raises(Unmarked):
        unmarked.check()
    with pytest.raises(Unmarked):
        _used(unmarked, ask)


def test_a_storage_without_a_mark_takes_nothing(unmarked: PictureStorage, source: Make) -> None:
    with pytest.raises(StorageAway):
        unmarked.write_once(KEY, source(b"x"), facts_of(b"x"))
    unmarked.mark()
    assert listed(unmarked) == set()


def test_marking_twice_is_success_and_no_key(storage: PictureStorage) -> None:
    storage.mark()
    storage.check()
    storage.check(seen_is_enough=True)
    assert listed(storage) == set()


@pytest.mark.parametrize("key", ["../outside", "uploads/../../outside", "/etc/passwd"])
def test_keys_outside_of_the_storage_are_refused(store: Callable[..., None], key: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        store(key, b"x")


def test_whoever_gets_an_address_gets_the_bytes_from_it(
    storage: PictureStorage, store: Callable[..., None]
) -> None:
    import httpx

    store(KEY, b"x")
    link = storage.link(KEY)
    if link is not None:
        assert 0 < link.seconds <= 300
        assert httpx.get(link.url, trust_env=False).content == b"x"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("unmarked", ["s3", "memory"], indirect=True)
@pytest.mark.parametrize("ask", ["check", "exists", "remove", "read", "local_copy", "keys", "write_once"])
def test_none_that_is_far_away_is_asked_within_a_transaction(
    storage: PictureStorage, source: Make, store: Callable[..., None], ask: str
) -> None:
    store(KEY, b"x")
    with pytest.raises(RuntimeError, match="within a transaction"), transaction.atomic():
        if ask == "check":
            storage.check()
        elif ask == "write_once":
            storage.write_once("uploads/b.jpg", source(b"y"), facts_of(b"y"))
        else:
            _used(storage, ask)
    assert listed(storage) == {KEY}
