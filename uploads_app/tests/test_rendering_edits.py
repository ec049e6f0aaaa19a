"""Renditions after a change: the old ones out of service at once, the new ones made."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Edits, Filters
from uploads_app.images.sandbox import Sandbox
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.annotate import FocalPoint, annotate
from uploads_app.services.edit import edit, restore
from uploads_app.services.rendering import retire
from uploads_app.services.rendering.work import render_set
from uploads_app.tests.factories import uploaded
from uploads_app.tests.rendering_states import CROPPED, keys, set_size, state_of
from uploads_app.tests.stored import stored, stored_renditions
from users.models import User

Monkey = pytest.MonkeyPatch


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return uploaded(owner)


def test_an_edit_takes_the_old_ones_out_of_service_at_once(file: UploadedFile) -> None:
    render_set(file.pk)
    old = keys()
    edit(file, CROPPED)
    assert keys(state="retired") == old
    render_set(file.pk)
    assert len(keys(state="ready")) == set_size()

    assert retire.remove_retired() == 0  # answers under way may still send them
    Rendition.objects.filter(state="retired").update(retired_at=timezone.now() - timedelta(hours=1))
    assert retire.remove_retired() == set_size()
    assert keys() == stored_renditions()
    assert not old & stored_renditions()


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


def test_the_original_is_untouched_by_edits(file: UploadedFile) -> None:
    before = stored(file).read_bytes()
    edit(file, Edits(rotate=90, filters=Filters(invert=True)))
    render_set(file.pk)
    assert stored(file).read_bytes() == before


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
