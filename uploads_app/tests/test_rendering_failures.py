"""Renders that fail: tried later, set aside, never for ever, and nothing left behind."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from uploads_app.errors import Unavailable
from uploads_app.images.errors import DecoderCrashed, SandboxUnavailable
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.sandbox import Sandbox
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.edit import edit, restore
from uploads_app.services.reconcile import reconcile
from uploads_app.services.rendering import claims, make, retire
from uploads_app.services.rendering.changes import render_again
from uploads_app.services.rendering.wanted import recipe
from uploads_app.services.rendering.work import render_set
from uploads_app.services.rendering.work_list import due
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import new_renditions
from uploads_app.storage.temporary import new_temporary
from uploads_app.tests.factories import FileFactory, store_bytes, uploaded
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.rendering_states import (
    CROPPED,
    crashing_at,
    delay_of,
    keys,
    let_leases_end,
    ready_presets,
    set_size,
    state_of,
)
from uploads_app.tests.stored import Stored, failing, stored, stored_renditions
from users.models import User

Monkey = pytest.MonkeyPatch


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return uploaded(owner)


def test_a_picture_that_ends_its_decoder_twice_is_set_aside(
    owner: User, file: UploadedFile, monkeypatch: Monkey
) -> None:
    other = uploaded(owner, jpeg_bytes((220, 150), noisy=True))
    deadly, render = stored(file).read_bytes(), Sandbox.render

    def crash(self: Sandbox, source: Path, targets: Any) -> Any:
        if source.read_bytes() == deadly:
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


def test_a_size_that_somebody_tries_again_right_now_is_left_to_them(
    file: UploadedFile, monkeypatch: Monkey
) -> None:
    one = recipe(file, PRESETS["w960"], OutputFormat.WEBP)
    monkeypatch.setattr(Sandbox, "render", crashing_at("w960"))
    with pytest.raises(DecoderCrashed):
        make.make(file, [one])
    monkeypatch.undo()
    let_leases_end()
    held = claims.claim(file, [one])
    render_set(file.pk)  # for the first time, which ends all rests
    row = Rendition.objects.get(pk=held[0].row.pk)
    assert (row.state, row.claim) == ("pending", held[0].token)
    assert row.lease_until is not None
    assert row.lease_until > timezone.now()
    assert state_of(file) == "waiting"  # for them
    assert ready_presets(file) == PRESETS.keys() - {"w960"}


def test_temporary_files_go_when_the_disk_fills_up_between_them(monkeypatch: Monkey) -> None:
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
    file: UploadedFile, fault: Exception
) -> None:
    delays = []
    with failing("write_once", error=fault):
        for _ in range(3):
            let_leases_end()
            render_set(file.pk)
            delays.append(delay_of(file))
    assert delays[0] < delays[1] < delays[2]
    assert keys() == stored_renditions() == set()
    let_leases_end()
    render_set(file.pk)
    assert state_of(file) == "done"


def test_bytes_that_cannot_be_removed_stay_named(file: UploadedFile) -> None:
    render_set(file.pk)
    edit(file, CROPPED)
    Rendition.objects.update(retired_at=timezone.now() - timedelta(hours=1))

    with failing("remove"):
        assert retire.remove_retired() == 0
        assert keys() == stored_renditions()
    assert retire.remove_retired() == set_size()
    assert keys() == stored_renditions() == set()


def test_the_reconciler_removes_what_no_row_names_and_makes_what_is_lost_again(file: UploadedFile) -> None:
    render_set(file.pk)
    stray = Stored(new_renditions(), "renditions/ab/stray.webp")
    stray.write_bytes(b"x")
    stored(Rendition.objects.get(preset="w640", format="webp")).unlink()

    report = reconcile(grace=0)
    assert report.strays == ["renditions/ab/stray.webp"]
    assert not stray.exists()
    assert state_of(file) == "waiting"
    render_set(file.pk)  # at once: nothing of the lost one is in the way
    assert keys(state="ready") == stored_renditions()
    assert len(stored_renditions()) == set_size()


def test_what_a_dead_attempt_left_and_nobody_wants_goes(file: UploadedFile) -> None:
    held = claims.claim(file, [recipe(file, PRESETS["card"], OutputFormat.AVIF)])
    stored(held[0].row).write_bytes(b"x")
    assert retire.give_up_expired() == 0
    Rendition.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    assert retire.give_up_expired() == 1
    assert keys() == stored_renditions() == set()


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
        before = timezone.now() - timedelta(days=1)
        FileFactory.create(owner=owner, uploaded_at=before, render_attempts=9)  # put off for long
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
