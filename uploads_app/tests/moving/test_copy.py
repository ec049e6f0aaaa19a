"""`storage copy`: every object once at the other place, as its row says, and told where it is not."""

from typing import Any

import pytest

from uploads_app.errors import Conflict
from uploads_app.models import Rendition, StoredCopy, UploadedFile
from uploads_app.services.moving.copy import copy
from uploads_app.storage.base import Facts
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage
from uploads_app.tests.factories import FileFactory, ready_rendition
from uploads_app.tests.moving.places import at, copies, home, lying, picture, pictures, with_rendition
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both")]


@pytest.mark.parametrize("jobs", [1, 8])
def test_files_and_renditions_lie_at_both_places_and_rows_name_the_old_one(owner: User, jobs: int) -> None:
    file, made = with_rendition(owner)
    done = copy("s3", jobs=jobs)
    assert (done.objects, done.bytes, done.failed) == (2, file.file_size + made.size, {})
    assert lying("s3") == lying("local") == {file.key, made.key}
    assert at("s3", file).read_bytes() == at("local", file).read_bytes()
    assert at("s3", made).read_bytes() == at("local", made).read_bytes()
    assert copies() == {file.key: ("s3", "whole"), made.key: ("s3_renditions", "whole")}
    assert (home(file), home(made)) == ("local", "local_renditions")
    assert StoredCopy.objects.get(pk=file.key).sha256 == file.sha256


def test_it_goes_the_other_way_as_well(owner: User, settings: Any) -> None:
    settings.VITRINE_STORAGE = "s3"
    file, made = with_rendition(owner)
    copy("local")
    assert lying("local") == lying("s3") == {file.key, made.key}
    assert at("local", file).read_bytes() == at("s3", file).read_bytes()


def test_what_is_said_of_bytes_goes_with_them(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    file, made = with_rendition(owner)
    UploadedFile.objects.filter(pk=file.pk).update(original_filename="Käse.jpg", content_type="image/png")
    said: dict[str, Facts] = {}
    for alias in ("s3", "s3_renditions"):
        real = storage(alias).write_once

        def write(key: str, source: Any, facts: Facts, real: Any = real) -> None:
            said[key] = facts
            real(key, source, facts)

        monkeypatch.setattr(storage(alias), "write_once", write)
    copy("s3")
    private = "private, max-age=86400, immutable"
    named = "inline; filename*=UTF-8''K%C3%A4se"
    assert said == {
        file.key: Facts(file.sha256, "image/png", f"{named}.jpg", private),
        made.key: Facts(made.sha256, "image/webp", f"{named}.webp", private),
    }


def test_a_second_run_asks_no_storage_for_any_object(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures(owner, 3)
    copy("s3")

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("the storage was asked for an object")

    for alias in ("local", "s3"):
        for name in ("exists", "write_once", "local_copy", "read", "open_stored", "keys"):
            monkeypatch.setattr(storage(alias), name, refuse)
    assert copy("s3").objects == 0


def test_only_what_came_since_is_copied(owner: User) -> None:
    pictures(owner, 3)
    copy("s3")
    late = picture(owner, 9)
    done = copy("s3")
    assert (done.objects, done.bytes) == (1, late.file_size)
    assert late.key in lying("s3")


def test_bytes_that_are_not_what_their_row_says_are_told_of_and_not_copied(owner: User) -> None:
    good, bad, lost = pictures(owner, 3)
    at("local", bad).write_bytes(b"rotten")
    at("local", lost).unlink()
    done = copy("s3")
    assert done.objects == 1
    assert done.failed == {bad.key: "are not what their row says", lost.key: "are missing"}
    assert lying("s3") == {good.key}
    at("local", bad).write_bytes(at("s3", good).read_bytes())
    UploadedFile.objects.filter(pk=bad.pk).update(sha256=good.sha256)
    assert copy("s3").objects == 1, "what was mended is copied by the next run"


def test_damaged_bytes_at_the_other_place_are_replaced(owner: User) -> None:
    file = picture(owner)
    at("s3", file).write_bytes(b"torn")
    assert copy("s3").objects == 1
    assert at("s3", file).read_bytes() == at("local", file).read_bytes()


def test_the_same_bytes_at_the_other_place_are_taken_as_they_are(owner: User) -> None:
    file = picture(owner)
    at("s3", file).write_bytes(at("local", file).read_bytes())
    assert (copy("s3").objects, copy("s3").objects) == (1, 0)


def test_only_what_is_there_to_stay_is_copied(owner: User) -> None:
    kept = picture(owner, 1, lifecycle="deleted", legal_hold=True)
    for state in ("pending", "deleted", "failed", "purged"):
        picture(owner, 2, lifecycle=state)
    ready = FileFactory.create(owner=owner, storage="s3")
    for state in ("pending", "retired", "removing"):
        ready_rendition(ready, state=state, preset={"pending": "w320", "retired": "w640"}.get(state, "card"))
    copy("s3")
    assert lying("s3") == {kept.key}


def test_a_storage_that_fails_in_between_is_told_of_and_the_run_goes_on(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = pictures(owner, 4)
    real = storage("s3").write_once

    def write(key: str, *args: Any) -> None:
        if key == first.key:
            raise StorageAway("full")
        real(key, *args)

    with monkeypatch.context() as patch:
        patch.setattr(storage("s3"), "write_once", write)
        assert copy("s3").failed == {first.key: "could not be read or written now"}
    assert lying("s3") == {file.key for file in others}
    assert copy("s3").objects == 1


def test_a_storage_that_is_gone_ends_the_run(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uploads_app.services.moving.kinds.BATCH", 4)
    monkeypatch.setattr("uploads_app.services.moving.copy.BATCH", 4)
    pictures(owner, 12)
    tried: list[str] = []

    def write(key: str, *args: Any) -> None:
        tried.append(key)
        raise StorageAway("gone")

    with monkeypatch.context() as patch:
        patch.setattr(storage("s3"), "write_once", write)
        with pytest.raises(StorageAway):
            copy("s3")
    assert len(tried) == 4
    assert copy("s3").objects == 12


def test_nothing_is_copied_to_a_place_that_is_not_mounted(owner: User, media: Any) -> None:
    picture(owner, storage="s3", lifecycle="ready")
    elsewhere = picture(owner, 1)
    (media / ".vitrine").rmdir()
    at_hand = media / elsewhere.key
    at_hand.unlink()
    with pytest.raises(StorageAway):
        copy("local")
    assert not copies()


def test_where_there_is_one_place_only_it_says_so(settings: Any) -> None:
    settings.STORAGES = {name: it for name, it in settings.STORAGES.items() if not name.startswith("s3")}
    with pytest.raises(Conflict, match="VITRINE_S3_BUCKET"):
        copy("s3")


def test_batches_do_not_change_what_is_copied(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uploads_app.services.moving.kinds.BATCH", 3)
    for file in pictures(owner, 7):
        ready_rendition(file)
    copy("s3")
    assert lying("s3") == lying("local")
    assert len(lying("s3")) == 14
    assert Rendition.objects.filter(storage="local_renditions").count() == 7
