"""What every storage promises: whole or not at all, never over another, gone when removed."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

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


def test_what_was_written_is_read_back_whole(storage: DurableLocalStorage, source: Path) -> None:
    storage.write_once(KEY, source, FACTS)
    with storage.open_stored(KEY) as stored:
        assert stored.read() == source.read_bytes()
    assert [key for key, _ in storage.keys("uploads")] == [KEY]


def test_a_taken_key_is_refused_and_its_bytes_stay(
    storage: DurableLocalStorage, source: Path, tmp_path: Path
) -> None:
    storage.write_once(KEY, source, FACTS)
    other = tmp_path / "other"
    other.write_bytes(b"other")
    with pytest.raises(KeyTaken):
        storage.write_once(KEY, other, FACTS)
    with storage.open_stored(KEY) as stored:
        assert stored.read() == source.read_bytes()
    assert [key for key, _ in storage.keys("uploads")] == [KEY]


def test_removing_twice_is_success(storage: DurableLocalStorage, source: Path) -> None:
    storage.write_once(KEY, source, FACTS)
    storage.remove(KEY)
    storage.remove(KEY)
    assert not list(storage.keys("uploads"))
    with pytest.raises(FileNotFoundError):
        storage.open_stored(KEY)


def test_removing_takes_no_neighbour_whose_key_begins_alike(
    storage: DurableLocalStorage, source: Path
) -> None:
    for key in (KEY, KEY + ".webp", "uploads/general/a", "uploads/general2/a.jpg"):
        storage.write_once(key, source, FACTS)
    storage.remove(KEY)
    assert {key for key, _ in storage.keys("uploads")} == {
        KEY + ".webp",
        "uploads/general/a",
        "uploads/general2/a.jpg",
    }


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


def _half_then(refuse: Callable[[], Any]) -> Callable[[Path, Path], None]:
    def copy(source: Path, part: Path) -> None:
        part.write_bytes(source.read_bytes()[:1000])
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


@pytest.mark.parametrize("key", ["../outside", "uploads/../../outside", "/etc/passwd"])
def test_keys_outside_the_root_are_refused(storage: DurableLocalStorage, source: Path, key: str) -> None:
    with pytest.raises(Exception, match=r"outside|traversal|located"):
        storage.write_once(key, source, FACTS)


def test_a_root_that_is_not_mounted_never_looks_empty(tmp_path: Path) -> None:
    with pytest.raises(StorageAway):
        list(DurableLocalStorage(location=tmp_path / "unmounted").keys("uploads"))


def test_djangos_own_save_is_closed(storage: DurableLocalStorage) -> None:
    with pytest.raises(TypeError):
        storage.save("x.jpg", ContentFile(b"x"))


def test_keys_are_random_and_a_part_knows_its_whole() -> None:
    one, other = new_key("gig", "jpg"), new_key("gig", "jpg")
    assert one != other
    assert one.startswith("uploads/gig/")
    assert whole_key(part_key(one)) == whole_key(one) == one
