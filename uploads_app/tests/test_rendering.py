"""The set of renditions of a file: made whole, once, again when something changed, and never for ever."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from uploads_app.errors import Conflict, Unavailable
from uploads_app.images.errors import DecoderCrashed, SandboxUnavailable
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Crop, Edits, Filters
from uploads_app.images.sandbox import Sandbox
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.annotate import FocalPoint, annotate
from uploads_app.services.delete import delete_file
from uploads_app.services.edit import edit, restore
from uploads_app.services.reconcile import reconcile
from uploads_app.services.rendering import claims, make, retire
from uploads_app.services.rendering.changes import render_again
from uploads_app.services.rendering.wanted import recipe, wanted
from uploads_app.services.rendering.work import due, render_set
from uploads_app.services.spooling import new_temporary
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.local import DurableLocalStorage
from uploads_app.tests.factories import FileFactory, store_bytes, uploaded
from users.models import User

CROPPED = Edits(crop=Crop(0, 0, 0.5, 0.5))
Monkey = pytest.MonkeyPatch


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return uploaded(owner)


def stored(media: Path) -> set[str]:
    """Keys of all renditions in the storage."""
    folder = media / "renditions"
    return {path.relative_to(media).as_posix() for path in folder.rglob("*") if path.is_file()}


def keys(**state: Any) -> set[str]:
    return set(Rendition.objects.filter(**state).values_list("key", flat=True))


def state_of(file: UploadedFile) -> str:
    return str(UploadedFile.objects.get(pk=file.pk).rendering)


def crashing_at(*presets: str) -> Any:
    """A stand-in for Sandbox.render that ends whenever one of these is among what is wanted."""
    render = Sandbox.render

    def crash(self: Sandbox, source: Path, targets: Any) -> Any:
        if any(one.preset.name in presets for one, _ in targets):
            raise DecoderCrashed()
        return render(self, source, targets)

    return crash


def ready_presets(file: UploadedFile) -> set[str]:
    return set(Rendition.objects.filter(file=file, state="ready").values_list("preset", flat=True))


def delay_of(file: UploadedFile) -> float:
    """Seconds until a file is tried again."""
    after = UploadedFile.objects.get(pk=file.pk).render_after
    assert after is not None
    return (after - timezone.now()).total_seconds()


def let_leases_end() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Rendition.objects.filter(state="pending").update(lease_until=past)
    UploadedFile.objects.exclude(render_after=None).update(render_after=past)


def test_a_set_is_made_whole(file: UploadedFile, media: Path) -> None:
    assert due(10) == [file.pk]
    render_set(file.pk)
    assert {row.preset for row in Rendition.objects.all()} == PRESETS.keys()
    assert keys(state="ready") == stored(media)
    for row in Rendition.objects.all():
        data = (media / row.key).read_bytes()
        assert (len(data), data[8:12]) == (row.size, b"WEBP")
    assert state_of(file) == "done"
    assert due(10) == []


def test_a_set_that_is_there_is_not_made_again(file: UploadedFile, monkeypatch: Monkey) -> None:
    render_set(file.pk)
    before = keys()
    UploadedFile.objects.update(rendering="waiting")
    monkeypatch.setattr(Sandbox, "render", lambda *_: pytest.fail("rendered again"))
    render_set(file.pk)
    assert keys() == before
    assert state_of(file) == "done"


def test_only_what_is_missing_is_made(file: UploadedFile) -> None:
    render_set(file.pk)
    kept = keys()
    gone = Rendition.objects.get(preset="card")
    kept.discard(gone.key)
    gone.delete()
    UploadedFile.objects.update(rendering="waiting")
    render_set(file.pk)
    assert kept < keys()
    assert Rendition.objects.count() == len(PRESETS)


def test_a_file_that_another_worker_holds_is_left_alone(file: UploadedFile) -> None:
    UploadedFile.objects.update(render_after=timezone.now() + timedelta(seconds=30))
    render_set(file.pk)
    assert Rendition.objects.count() == 0
    assert state_of(file) == "waiting"


@pytest.mark.parametrize("lifecycle", ["pending", "deleted", "purged", "failed"])
def test_a_file_that_is_not_there_is_success(owner: User, lifecycle: str) -> None:
    file = FileFactory.create(owner=owner, lifecycle=lifecycle)
    render_set(file.pk)
    assert Rendition.objects.count() == 0


def test_a_claim_of_an_attempt_that_died_is_taken_over_with_its_leavings(
    file: UploadedFile, media: Path
) -> None:
    held = claims.claim(file, list(wanted(file).values()))
    assert len(held) == len(PRESETS)
    torn = media / held[0].row.key
    torn.parent.mkdir(parents=True, exist_ok=True)
    torn.write_bytes(b"half of a rend")

    render_set(file.pk)  # still held: nothing to do but wait
    assert keys(state="ready") == set()

    let_leases_end()
    render_set(file.pk)
    assert keys(state="ready") == stored(media) == {claim.row.key for claim in held}
    assert torn.read_bytes()[:4] == b"RIFF"


def test_who_lost_a_claim_neither_finishes_nor_removes(file: UploadedFile, media: Path) -> None:
    one = [recipe(file, PRESETS["card"], OutputFormat.WEBP)]
    slow = claims.claim(file, one)
    let_leases_end()
    make.make(file, one)  # somebody else took over, and is done
    claims.give_back(slow)
    assert keys(state="ready") == stored(media) == {slow[0].row.key}


def test_work_begun_before_an_edit_ends_in_nothing(
    file: UploadedFile, media: Path, monkeypatch: Monkey
) -> None:
    render = Sandbox.render

    def edited_meanwhile(self: Sandbox, *args: Any) -> Any:
        done = render(self, *args)
        if not UploadedFile.objects.get(pk=file.pk).edits:
            edit(file, CROPPED)
        return done

    monkeypatch.setattr(Sandbox, "render", edited_meanwhile)
    render_set(file.pk)
    assert keys() == stored(media) == set()
    assert state_of(file) == "waiting"
    let_leases_end()
    render_set(file.pk)
    assert {row.digest for row in Rendition.objects.filter(state="ready")} == wanted(
        UploadedFile.objects.get(pk=file.pk)
    ).keys()


def test_a_file_deleted_in_mid_render_leaves_nothing(
    file: UploadedFile, media: Path, monkeypatch: Monkey
) -> None:
    render = Sandbox.render

    def deleted_meanwhile(self: Sandbox, *args: Any) -> Any:
        done = render(self, *args)
        delete_file(file)
        return done

    monkeypatch.setattr(Sandbox, "render", deleted_meanwhile)
    render_set(file.pk)
    assert Rendition.objects.count() == 0
    assert stored(media) == set()


def test_what_a_maker_writes_after_the_delete_is_named_until_it_is_gone(
    file: UploadedFile, media: Path
) -> None:
    held = claims.claim(file, [recipe(file, PRESETS["card"], OutputFormat.WEBP)])
    delete_file(file)
    late = media / held[0].row.key
    late.parent.mkdir(parents=True, exist_ok=True)
    late.write_bytes(b"written by a process that then died")
    assert keys(state="removing") == stored(media)

    Rendition.objects.update(retired_at=timezone.now() - timedelta(hours=1))
    assert retire.remove_retired() == 0  # it may write again
    Rendition.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert retire.remove_retired() == 1
    assert keys() == stored(media) == set()


def test_deleting_a_file_removes_every_rendition(file: UploadedFile, media: Path) -> None:
    render_set(file.pk)
    delete_file(file)
    assert Rendition.objects.count() == 0
    assert stored(media) == set()
    assert UploadedFile.objects.get(pk=file.pk).lifecycle == "purged"


def test_an_edit_takes_the_old_ones_out_of_service_at_once(file: UploadedFile, media: Path) -> None:
    render_set(file.pk)
    old = keys()
    edit(file, CROPPED)
    assert keys(state="retired") == old
    render_set(file.pk)
    assert len(keys(state="ready")) == len(PRESETS)

    assert retire.remove_retired() == 0  # answers under way may still send them
    Rendition.objects.filter(state="retired").update(retired_at=timezone.now() - timedelta(hours=1))
    assert retire.remove_retired() == len(PRESETS)
    assert keys() == stored(media)
    assert not old & stored(media)


def test_taking_an_edit_back_soon_revives_what_is_still_there(
    file: UploadedFile, monkeypatch: Monkey
) -> None:
    render_set(file.pk)
    old = keys()
    edit(file, CROPPED)
    restore(file)
    monkeypatch.setattr(Sandbox, "render", lambda *_: pytest.fail("rendered again"))
    render_set(file.pk)
    assert keys(state="ready") == old


def test_the_same_edit_again_changes_nothing(file: UploadedFile) -> None:
    edit(file, CROPPED)
    render_set(file.pk)
    revision, before = UploadedFile.objects.get(pk=file.pk).revision, keys(state="ready")
    edit(file, CROPPED)
    assert (UploadedFile.objects.get(pk=file.pk).revision, keys(state="ready")) == (revision, before)


def test_the_original_is_untouched_by_edits(file: UploadedFile, media: Path) -> None:
    before = (media / file.key).read_bytes()
    edit(file, Edits(rotate=90, filters=Filters(invert=True)))
    render_set(file.pk)
    assert (media / file.key).read_bytes() == before


def test_an_edited_picture_has_a_placeholder_of_its_own(file: UploadedFile) -> None:
    plain = file.placeholder
    edit(file, Edits(filters=Filters(invert=True)))
    file.refresh_from_db()
    assert file.shown_placeholder == ""  # rather nothing than what is not to be seen
    render_set(file.pk)
    file.refresh_from_db()
    assert file.shown_placeholder not in ("", plain)
    assert file.edited_color.startswith("#")
    restore(file)
    file.refresh_from_db()
    assert file.shown_placeholder == plain


@pytest.mark.parametrize("format_", OutputFormat)
def test_it_has_one_whatever_formats_are_made(
    file: UploadedFile, settings: Any, format_: OutputFormat
) -> None:
    settings.VITRINE_RENDITION_FORMATS = (format_,)
    edit(file, Edits(filters=Filters(invert=True)))
    render_set(file.pk)
    file.refresh_from_db()
    assert file.shown_placeholder != ""
    assert file.edited_color.startswith("#")
    assert state_of(file) == "done"


def test_a_focal_point_renders_the_crops_anew_and_nothing_else(file: UploadedFile) -> None:
    render_set(file.pk)
    before = dict(Rendition.objects.values_list("preset", "digest"))
    annotate(file, {"focal_point": FocalPoint(0.1, 0.1)})
    assert keys(state="ready")  # the old ones may be seen until the new are there
    file.refresh_from_db()
    render_set(file.pk)
    after = dict(Rendition.objects.filter(state="ready").values_list("preset", "digest"))
    changed = {name for name in PRESETS if before[name] != after[name]}
    assert changed == {"thumb", "avatar", "card"}


def test_a_picture_that_ends_its_decoder_twice_is_set_aside(
    owner: User, file: UploadedFile, monkeypatch: Monkey
) -> None:
    other = uploaded(owner)
    render = Sandbox.render

    def crash(self: Sandbox, source: Path, targets: Any) -> Any:
        if source.name in file.key:
            raise DecoderCrashed()
        return render(self, source, targets)

    monkeypatch.setattr(Sandbox, "render", crash)
    render_set(file.pk)
    assert state_of(file) == "waiting"
    let_leases_end()
    render_set(file.pk)
    assert state_of(file) == "poison"
    assert keys(file=file, state="ready") == set()
    assert due(10) == [other.pk]
    render_set(other.pk)
    assert state_of(other) == "done"


def test_only_the_size_that_ends_the_decoder_is_lost(file: UploadedFile, monkeypatch: Monkey) -> None:
    monkeypatch.setattr(Sandbox, "render", crashing_at("w960"))
    render_set(file.pk)
    assert ready_presets(file) == PRESETS.keys() - {"w960"}
    assert state_of(file) == "done"
    assert UploadedFile.objects.get(pk=file.pk).render_deaths == 0

    monkeypatch.undo()
    render_again([file.pk])  # by hand
    render_set(file.pk)
    assert ready_presets(file) == PRESETS.keys()


def test_a_set_that_is_done_forgets_the_deaths_before_it(file: UploadedFile, monkeypatch: Monkey) -> None:
    for _ in range(3):
        monkeypatch.setattr(Sandbox, "render", crashing_at(*PRESETS))
        let_leases_end()
        render_set(file.pk)
        assert (state_of(file), UploadedFile.objects.get(pk=file.pk).render_deaths) == ("waiting", 1)
        monkeypatch.undo()
        let_leases_end()
        render_set(file.pk)
        assert (state_of(file), UploadedFile.objects.get(pk=file.pk).render_deaths) == ("done", 0)
        edit(file, CROPPED)
        restore(file)
        Rendition.objects.all().delete()


def test_a_size_that_a_visitor_found_to_fail_holds_up_no_set(file: UploadedFile, monkeypatch: Monkey) -> None:
    UploadedFile.objects.update(render_attempts=1)
    one = recipe(file, PRESETS["w960"], OutputFormat.WEBP)
    monkeypatch.setattr(Sandbox, "render", crashing_at("w960"))
    with pytest.raises(DecoderCrashed):
        make.make(file, [one])
    render_set(file.pk)
    assert state_of(file) == "done"
    assert ready_presets(file) == PRESETS.keys() - {"w960"}


def test_temporary_files_go_when_the_disk_fills_up_between_them(media: Path, monkeypatch: Monkey) -> None:
    made: list[Path] = []

    def full_in_the_end() -> Path:
        if len(made) == 2:
            raise Unavailable()
        made.append(new_temporary())
        return made[-1]

    monkeypatch.setattr("uploads_app.services.rendering.make.new_temporary", full_in_the_end)
    with pytest.raises(Unavailable), make.temporaries(3):
        pass
    assert made
    assert not any(path.exists() for path in made)


@pytest.mark.parametrize("fault", [SandboxUnavailable(), StorageAway("full"), Unavailable()])
def test_what_cannot_be_done_now_is_tried_later_each_time_after_longer(
    file: UploadedFile, media: Path, monkeypatch: Monkey, fault: Exception
) -> None:
    def fail(*_: Any) -> Any:
        raise fault

    monkeypatch.setattr(DurableLocalStorage, "write_once", fail)
    delays = []
    for _ in range(3):
        let_leases_end()
        render_set(file.pk)
        delays.append(delay_of(file))
    assert delays[0] < delays[1] < delays[2]
    assert keys() == stored(media) == set()
    monkeypatch.undo()
    let_leases_end()
    render_set(file.pk)
    assert state_of(file) == "done"


def test_bytes_that_cannot_be_removed_stay_named(
    file: UploadedFile, media: Path, monkeypatch: Monkey
) -> None:
    render_set(file.pk)
    edit(file, CROPPED)
    Rendition.objects.update(retired_at=timezone.now() - timedelta(hours=1))

    def away(*_: Any) -> None:
        raise StorageAway("gone")

    monkeypatch.setattr(DurableLocalStorage, "remove", away)
    assert retire.remove_retired() == 0
    assert keys() == stored(media)
    monkeypatch.undo()
    assert retire.remove_retired() == len(PRESETS)
    assert keys() == stored(media) == set()


def test_the_reconciler_removes_what_no_row_names_and_makes_what_is_lost_again(
    file: UploadedFile, media: Path
) -> None:
    render_set(file.pk)
    stray = media / "renditions" / "ab" / "stray.webp"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    lost = media / Rendition.objects.get(preset="w640").key
    lost.unlink()

    report = reconcile(grace=0)
    assert report.strays == ["renditions/ab/stray.webp"]
    assert not stray.exists()
    assert state_of(file) == "waiting"
    render_set(file.pk)  # at once: nothing of the lost one is in the way
    assert keys(state="ready") == stored(media)
    assert len(stored(media)) == len(PRESETS)


def test_what_a_dead_attempt_left_and_nobody_wants_goes(file: UploadedFile, media: Path) -> None:
    held = claims.claim(file, [recipe(file, PRESETS["card"], OutputFormat.AVIF)])
    path = media / held[0].row.key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    assert retire.give_up_expired() == 0
    Rendition.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    assert retire.give_up_expired() == 1
    assert keys() == stored(media) == set()


def test_a_picture_whose_bytes_are_gone_is_tried_later_each_time_after_longer(owner: User) -> None:
    file, delays = FileFactory.create(owner=owner), []
    for _ in range(4):
        let_leases_end()
        render_set(file.pk)
        delays.append(delay_of(file))
    assert delays == sorted(delays)
    assert delays[0] > 1
    assert delays[-1] > 4 * delays[0]
    assert state_of(file) == "waiting"
    assert Rendition.objects.count() == 0


def test_files_without_bytes_keep_no_other_waiting(owner: User, file: UploadedFile) -> None:
    for _ in range(3):
        FileFactory.create(owner=owner, uploaded_at=timezone.now() - timedelta(days=1))
    for _ in range(4):
        for file_id in due(1):
            render_set(file_id)
    assert state_of(file) == "done"
    assert due(1) == []


def test_attempts_are_counted_to_an_end(owner: User) -> None:
    file = FileFactory.create(owner=owner, render_attempts=32_767)  # the most that the column holds
    render_set(file.pk)
    assert UploadedFile.objects.get(pk=file.pk).render_attempts < 100
    assert 3500 < delay_of(file) <= 3600


def test_bytes_that_are_no_picture_are_set_aside(owner: User) -> None:
    file = FileFactory.create(owner=owner)
    store_bytes(file, b"\xff\xd8\xff not a picture")
    for _ in range(2):
        let_leases_end()
        render_set(file.pk)
    assert state_of(file) == "poison"


@pytest.mark.django_db(transaction=True)
def test_eight_workers_make_one_set() -> None:
    from users.tests.factories import UserFactory

    file = uploaded(UserFactory.create())

    def work() -> None:
        try:
            make.make(file, list(wanted(file).values()))
        except (Conflict, Unavailable):
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Rendition.objects.filter(state="ready").count() == len(PRESETS) == Rendition.objects.count()
    assert storages["default"].exists(Rendition.objects.all()[0].key)
