"""What a folder promises besides: whatever the operating system refuses, and whoever else writes there."""

import fcntl
import os
import stat
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from uploads_app.storage import local
from uploads_app.storage.base import Facts
from uploads_app.storage.errors import KeyTaken, StorageAway
from uploads_app.storage.keys import new_key, part_key, whole_key
from uploads_app.storage.local import DurableLocalStorage

KEY = "uploads/general/a.jpg"
FACTS = Facts("0" * 64, "image/jpeg")


@pytest.fixture
def storage(media: Path) -> DurableLocalStorage:
    return DurableLocalStorage(location=media)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(os.urandom(3_000_000))
    return path


@pytest.mark.parametrize("step", ["open", "fsync", "link", "write"])
@pytest.mark.parametrize("error", [28, 5, 30])  # no space, input/output, read-only
def test_a_refusal_at_any_step_leaves_nothing(
    storage: DurableLocalStorage, source: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: int
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as patch:
        if step == "write":
            patch.setattr("uploads_app.storage.local._copy_synced", _half_then(refuse))
        else:
            patch.setattr(f"uploads_app.storage.local.os.{step}", refuse)
        with pytest.raises(StorageAway):
            storage.write_once(KEY, source, FACTS)
    assert not list(storage.keys("uploads"))
    storage.write_once(KEY, source, FACTS)


def _half_then(refuse: Callable[[], Any]) -> Callable[[Path, FileIO], None]:
    def copy(source: Path, out: FileIO) -> None:
        out.write(source.read_bytes()[:1000])
        refuse()

    return copy


def test_bytes_are_synced_before_they_get_their_name_and_the_folder_after(
    storage: DurableLocalStorage, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, link = os.fsync, os.link

    def seen_fsync(handle: int) -> None:
        done.append("sync folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "sync file")
        fsync(handle)

    def seen_link(*args: Any) -> None:
        done.append("link")
        link(*args)

    monkeypatch.setattr(os, "fsync", seen_fsync)
    monkeypatch.setattr(os, "link", seen_link)
    storage.write_once(KEY, source, FACTS)
    assert done[-3:] == ["sync file", "link", "sync folder"]
    assert done[:-3] == ["sync folder"] * 2  # the new folders, in the ones above them


def test_files_are_not_executable_nor_readable_by_the_world(
    storage: DurableLocalStorage, source: Path, media: Path
) -> None:
    storage.write_once(KEY, source, FACTS)
    for path in (media / "uploads").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o007 == 0
        assert path.is_dir() or mode & 0o111 == 0


def test_a_planted_link_is_not_followed(storage: DurableLocalStorage, media: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (media / "uploads/general").mkdir(parents=True)
    (media / KEY).symlink_to(secret)
    with pytest.raises(FileNotFoundError):
        storage.open_stored(KEY)
    storage.remove(KEY)
    assert secret.read_text() == "secret"


def test_a_root_that_is_not_mounted_never_looks_empty(tmp_path: Path) -> None:
    with pytest.raises(StorageAway):
        list(DurableLocalStorage(location=tmp_path / "unmounted").keys("uploads"))


def test_what_a_writer_that_died_left_is_written_over(
    storage: DurableLocalStorage, source: Path, media: Path
) -> None:
    part = media / part_key(KEY)
    part.parent.mkdir(parents=True)
    part.write_bytes(b"left by another" * 1_000_000)
    storage.write_once(KEY, source, FACTS)
    assert storage.read(KEY) == source.read_bytes()
    assert [key for key, _ in storage.keys("uploads")] == [KEY]


def test_while_one_writes_another_is_refused(
    storage: DurableLocalStorage, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(given: Path, out: FileIO) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(local, "_copy_synced", copy)
            with pytest.raises(KeyTaken):
                storage.write_once(KEY, source, FACTS)
        copy(given, out)

    copy = local._copy_synced
    monkeypatch.setattr(local, "_copy_synced", meanwhile)
    storage.write_once(KEY, source, FACTS)
    assert storage.read(KEY) == source.read_bytes()


def test_whose_key_was_taken_over_meanwhile_gives_its_name_to_nobody_elses_bytes(
    storage: DurableLocalStorage, source: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = media / part_key(KEY)

    def slow(given: Path, out: FileIO) -> None:
        copy(given, out)
        storage.remove(KEY)
        part.write_bytes(b"half of what the next one wri")

    copy = local._copy_synced
    monkeypatch.setattr(local, "_copy_synced", slow)
    with pytest.raises(StorageAway):
        storage.write_once(KEY, source, FACTS)
    assert not storage.exists(KEY)
    assert part.exists()


def test_what_has_its_name_already_is_not_emptied(
    storage: DurableLocalStorage, source: Path, media: Path
) -> None:
    storage.write_once(KEY, source, FACTS)
    os.link(media / KEY, media / part_key(KEY))  # a writer that died right after it gave the name
    with pytest.raises(KeyTaken):
        storage.write_once(KEY, source, FACTS)
    assert storage.read(KEY) == source.read_bytes()


def test_what_another_stored_between_opening_and_locking_is_not_emptied(
    storage: DurableLocalStorage, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both hold the same temporary file open; the one that ends first has made it the stored one."""

    def late(handle: int, operation: int) -> None:
        monkeypatch.undo()
        local._copy_synced(source, FileIO(os.dup(handle), "r+b"))
        os.link(storage.path(part_key(KEY)), storage.path(KEY))
        Path(storage.path(part_key(KEY))).unlink()
        fcntl.flock(handle, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(KeyTaken):
        storage.write_once(KEY, source, FACTS)
    assert storage.read(KEY) == source.read_bytes()


def test_djangos_own_save_is_closed(storage: DurableLocalStorage) -> None:
    with pytest.raises(TypeError):
        storage.save("x.jpg", ContentFile(b"x"))


def test_keys_are_random_and_a_part_knows_its_whole() -> None:
    one, other = new_key("gig", "jpg"), new_key("gig", "jpg")
    assert one != other
    assert one.startswith("uploads/gig/")
    assert whole_key(part_key(one)) == whole_key(one) == one
