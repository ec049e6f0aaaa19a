"""The set of renditions of a file: made whole, once, and gone with the file."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from uploads_app.errors import Conflict, Unavailable
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.sandbox import Sandbox
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.edit import edit
from uploads_app.services.rendering import claims, make, retire
from uploads_app.services.rendering.wanted import recipe, wanted
from uploads_app.services.rendering.work import render_set
from uploads_app.services.rendering.work_list import due
from uploads_app.tests.factories import FileFactory, uploaded
from uploads_app.tests.rendering_states import (
    CROPPED,
    keys,
    let_leases_end,
    set_size,
    state_of,
)
from uploads_app.tests.stored import stored, stored_renditions
from users.models import User

Monkey = pytest.MonkeyPatch


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return uploaded(owner)


def test_a_set_is_made_whole(file: UploadedFile) -> None:
    assert due(10) == [file.pk]
    render_set(file.pk)
    made = set(Rendition.objects.values_list("preset", "format"))
    assert made == {(preset, format_) for preset in PRESETS for format_ in ("webp", "avif")}
    assert keys(state="ready") == stored_renditions()
    for row in Rendition.objects.all():
        data = stored(row).read_bytes()
        magic = data[8:12] if row.format == "webp" else data[4:12]
        assert (len(data), magic) == (row.size, {"webp": b"WEBP", "avif": b"ftypavif"}[row.format])
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
    gone = Rendition.objects.get(preset="card", format="webp")
    kept.discard(gone.key)
    gone.delete()
    UploadedFile.objects.update(rendering="waiting")
    render_set(file.pk)
    assert kept < keys()
    assert Rendition.objects.count() == set_size()


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


def test_a_claim_of_an_attempt_that_died_is_taken_over_with_its_leavings(file: UploadedFile) -> None:
    held = claims.claim(file, list(wanted(file).values()))
    assert len(held) == set_size()
    torn = stored(held[0].row)
    torn.write_bytes(b"half of a rend")

    render_set(file.pk)  # still held: nothing to do but wait
    assert keys(state="ready") == set()

    let_leases_end()
    render_set(file.pk)
    assert keys(state="ready") == stored_renditions() == {claim.row.key for claim in held}
    assert len(torn.read_bytes()) == Rendition.objects.get(key=held[0].row.key).size


def test_who_lost_a_claim_neither_finishes_nor_removes(file: UploadedFile) -> None:
    one = [recipe(file, PRESETS["card"], OutputFormat.WEBP)]
    slow = claims.claim(file, one)
    let_leases_end()
    make.make(file, one)  # somebody else took over, and is done
    claims.give_back(slow)
    assert keys(state="ready") == stored_renditions() == {slow[0].row.key}


def test_work_begun_before_an_edit_ends_in_nothing(file: UploadedFile, monkeypatch: Monkey) -> None:
    render = Sandbox.render

    def edited_meanwhile(self: Sandbox, *args: Any) -> Any:
        done = render(self, *args)
        if not UploadedFile.objects.get(pk=file.pk).edits:
            edit(file, CROPPED)
        return done

    monkeypatch.setattr(Sandbox, "render", edited_meanwhile)
    render_set(file.pk)
    assert keys() == stored_renditions() == set()
    assert state_of(file) == "waiting"
    let_leases_end()
    render_set(file.pk)
    assert {row.digest for row in Rendition.objects.filter(state="ready")} == wanted(
        UploadedFile.objects.get(pk=file.pk)
    ).keys()


def test_a_file_deleted_in_mid_render_leaves_nothing(file: UploadedFile, monkeypatch: Monkey) -> None:
    render = Sandbox.render

    def deleted_meanwhile(self: Sandbox, *args: Any) -> Any:
        done = render(self, *args)
        delete_file(file)
        return done

    monkeypatch.setattr(Sandbox, "render", deleted_meanwhile)
    render_set(file.pk)
    assert Rendition.objects.count() == 0
    assert stored_renditions() == set()


def test_what_a_maker_writes_after_the_delete_is_named_until_it_is_gone(file: UploadedFile) -> None:
    held = claims.claim(file, [recipe(file, PRESETS["card"], OutputFormat.WEBP)])
    delete_file(file)
    late = stored(held[0].row)
    late.write_bytes(b"written by a process that then died")
    assert keys(state="removing") == stored_renditions()

    Rendition.objects.update(retired_at=timezone.now() - timedelta(hours=1))
    assert retire.remove_retired() == 0  # it may write again
    Rendition.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert retire.remove_retired() == 1
    assert keys() == stored_renditions() == set()


def test_deleting_a_file_removes_every_rendition(file: UploadedFile) -> None:
    render_set(file.pk)
    delete_file(file)
    assert Rendition.objects.count() == 0
    assert stored_renditions() == set()
    assert UploadedFile.objects.get(pk=file.pk).lifecycle == "purged"


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
    assert Rendition.objects.filter(state="ready").count() == set_size() == Rendition.objects.count()
    assert stored(Rendition.objects.all()[0]).exists()
