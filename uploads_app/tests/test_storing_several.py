"""Pictures that are stored together: all of them, and none any more once an error was told."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from uploads_app.storage import several
from uploads_app.storage.base import Facts
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.several import Write, write_all
from uploads_app.tests.memory_storage import MemoryStorage

SHA_OF_X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


class Slow(MemoryStorage):
    """Notes what goes on in it; refuses some keys at once, and takes its time over the others."""

    def __init__(self, *refused: str) -> None:
        super().__init__()
        self.mark()
        self.refused, self.begun, self.ended = refused, 0, 0
        self.most = 0
        self._count = threading.Lock()

    def write_once(self, key: str, source: Path, facts: Facts) -> None:
        with self._count:
            self.begun += 1
            self.most = max(self.most, self.begun - self.ended)
        try:
            if key in self.refused:
                raise StorageAway(key)
            time.sleep(0.05)
            super().write_once(key, source, facts)
        finally:
            with self._count:
                self.ended += 1


@pytest.fixture
def writes(tmp_path: Path) -> list[Write]:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    return [Write("any", f"renditions/{n}.webp", source, Facts(SHA_OF_X, "image/webp")) for n in range(12)]


def into(storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "storage", lambda _alias: storage)


def test_all_are_stored_a_few_at_a_time(writes: list[Write], monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()
    into(slow, monkeypatch)
    write_all(writes)
    assert {key for key, _ in slow.keys("renditions")} == {write.key for write in writes}
    assert 1 < slow.most <= 4


@pytest.mark.parametrize("refused", [0, 5, 11])
def test_the_error_is_told_once_nothing_is_under_way_and_the_rest_is_not_begun(
    writes: list[Write], monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    slow = Slow(writes[refused].key)
    into(slow, monkeypatch)
    with pytest.raises(StorageAway, match=writes[refused].key):
        write_all(writes)
    assert slow.begun == slow.ended
    there = {key for key, _ in slow.keys("renditions")}
    if refused == 0:
        assert slow.begun < len(writes)
    time.sleep(0.1)
    assert {key for key, _ in slow.keys("renditions")} == there


def test_none_is_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    into(Slow(), monkeypatch)
    write_all([])


@pytest.mark.django_db(transaction=True)
def test_threads_are_no_way_around_the_rule_about_transactions(
    writes: list[Write], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow: Any = Slow()
    into(slow, monkeypatch)
    with pytest.raises(RuntimeError, match="within a transaction"), transaction.atomic():
        write_all(writes)
    assert slow.begun == 0
