"""manage.py renditions: what is missing or stale after presets changed, and making it."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from uploads_app.images import recipes
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering import plan as plans
from uploads_app.services.rendering.plan import plan, put_to_work, work_off
from uploads_app.services.rendering.work import render_set
from uploads_app.services.rendering.work_list import due
from uploads_app.tests.factories import FileFactory, uploaded
from uploads_app.tests.rendering_states import set_size
from users.models import User


def run(*words: str) -> str:
    out = StringIO()
    call_command("renditions", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def files(owner: User) -> list[UploadedFile]:
    """Two files with their sets."""
    made = [uploaded(owner) for _ in range(2)]
    for file in made:
        render_set(file.pk)
    return made


def other_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "RENDERER_VERSION", 99)


def test_where_nothing_changed_there_is_nothing_to_do(files: list[UploadedFile]) -> None:
    found = plan()
    assert (found.files, found.with_work, found.stale, sum(found.missing.values())) == (2, 0, 0, 0)
    assert put_to_work() == 0


def test_a_plan_counts_and_changes_nothing(
    files: list[UploadedFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(Rendition.objects.values_list("key", "state"))
    size = sum(Rendition.objects.values_list("size", flat=True))
    other_encoder(monkeypatch)
    found = plan()
    assert (found.files, found.with_work, found.stale) == (2, 2, 2 * set_size())
    assert found.missing == {f"{name}.{format_}": 2 for name in PRESETS for format_ in ("webp", "avif")}
    assert found.stale_bytes == size
    assert abs(found.bytes - size) < len(before)  # as the present ones are; rounded
    assert found.seconds > 0
    assert set(Rendition.objects.values_list("key", "state")) == before
    assert due(10) == []


def test_apply_makes_all_of_it(files: list[UploadedFile], monkeypatch: pytest.MonkeyPatch) -> None:
    old = set(Rendition.objects.values_list("digest", flat=True))
    other_encoder(monkeypatch)
    assert "2 files rendered" in run("apply")
    ready = set(Rendition.objects.filter(state="ready").values_list("digest", flat=True))
    assert len(ready) == set_size()
    assert not ready & old
    assert Rendition.objects.filter(state="retired").count() == 2 * set_size()
    assert plan().with_work == 0


def test_apply_that_was_stopped_goes_on_where_it_was(
    files: list[UploadedFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    other_encoder(monkeypatch)
    assert put_to_work() == 2
    render_set(files[0].pk)
    done = set(Rendition.objects.filter(state="ready", file=files[0]).values_list("key", flat=True))
    run("apply")
    assert set(Rendition.objects.filter(state="ready", file=files[0]).values_list("key", flat=True)) == done
    assert plan().with_work == 0


def test_queue_only_leaves_the_rendering_to_workers(
    files: list[UploadedFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    other_encoder(monkeypatch)
    run("apply", "--queue-only")
    assert len(due(10)) == 2


def test_another_format_is_missing_everywhere(files: list[UploadedFile], settings: Any) -> None:
    settings.VITRINE_RENDITION_FORMATS = tuple(OutputFormat)
    found = plan()
    assert (found.with_work, found.stale) == (2, 0)
    assert found.missing == {f"{name}.jpg": 2 for name in PRESETS}
    assert found.seconds > 0
    text = run("plan")
    assert "card.jpg" in text
    assert "estimate" in text


def test_a_file_that_cannot_be_rendered_now_is_named_as_left(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    FileFactory.create(owner=owner)  # its bytes are not there
    monkeypatch.setattr(plans, "work_off", lambda: work_off(0.3))
    monkeypatch.setattr("uploads_app.management.commands.renditions.work_off", lambda: work_off(0.3))
    with pytest.raises(CommandError, match="1 files still wait"):
        run("apply")


def test_what_was_set_aside_is_told_and_left_alone(owner: User) -> None:
    FileFactory.create(owner=owner, rendering="poison")
    found = plan()
    assert (found.poison, found.with_work) == (1, 0)
    assert put_to_work() == 0
