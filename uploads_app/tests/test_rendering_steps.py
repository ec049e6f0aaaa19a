"""One format after another: what befalls the second loses nothing of the first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from uploads_app.errors import Unavailable
from uploads_app.images.errors import DecoderCrashed, SandboxUnavailable
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.sandbox import Sandbox
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.edit import edit
from uploads_app.services.rendering.plan import plan
from uploads_app.services.rendering.work import render_set
from uploads_app.services.rendering.work_list import due
from uploads_app.tests.factories import uploaded
from uploads_app.tests.rendering_states import CROPPED, delay_of, let_leases_end, set_size, state_of
from uploads_app.worker.loop import Worker
from users.models import User

Monkey = pytest.MonkeyPatch


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return uploaded(owner)


def ready(format_: str, file: UploadedFile) -> set[str]:
    rows = Rendition.objects.filter(file=file, state="ready", format=format_)
    return set(rows.values_list("preset", flat=True))


def watched(monkeypatch: Monkey, before_avif: Callable[[], None]) -> list[set[str]]:
    """Has `before_avif` called whenever AVIF is asked for; gives the formats of each render."""
    render, asked = Sandbox.render, []

    def watch(self: Sandbox, source: Path, targets: Any) -> Any:
        formats = {str(recipe.format) for recipe, _ in targets}
        asked.append(formats)
        if "avif" in formats:
            before_avif()
        return render(self, source, targets)

    monkeypatch.setattr(Sandbox, "render", watch)
    return asked


def raising(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_the_first_format_is_ready_before_the_second_is_begun(
    file: UploadedFile, monkeypatch: Monkey
) -> None:
    seen: list[set[str]] = []
    asked = watched(monkeypatch, lambda: seen.append(ready("webp", file)))
    render_set(file.pk)
    assert asked == [{"webp"}, {"avif"}]
    assert seen == [set(PRESETS)]
    assert ready("avif", file) == set(PRESETS)


def test_the_order_is_the_setting_s(file: UploadedFile, settings: Any, monkeypatch: Monkey) -> None:
    settings.VITRINE_RENDITION_FORMATS = (OutputFormat.JPEG, OutputFormat.AVIF, OutputFormat.WEBP)
    asked = watched(monkeypatch, lambda: None)
    render_set(file.pk)
    assert asked == [{"jpg"}, {"avif"}, {"webp"}]


def test_a_decoder_that_dies_of_the_second_loses_nothing_of_the_first(
    file: UploadedFile, monkeypatch: Monkey
) -> None:
    watched(monkeypatch, raising(DecoderCrashed()))
    for _ in range(3):
        render_set(file.pk)
        let_leases_end()
    assert state_of(file) == "done"
    assert UploadedFile.objects.get(pk=file.pk).render_deaths == 0
    assert (ready("webp", file), ready("avif", file)) == (set(PRESETS), set())


@pytest.mark.parametrize("fault", [SandboxUnavailable(), Unavailable(), RuntimeError("nobody foresaw it")])
def test_what_cannot_be_made_now_is_made_later_and_the_first_is_seen_meanwhile(
    file: UploadedFile, monkeypatch: Monkey, fault: Exception
) -> None:
    watched(monkeypatch, raising(fault))
    render_set(file.pk)
    assert (state_of(file), ready("webp", file), ready("avif", file)) == ("waiting", set(PRESETS), set())
    assert delay_of(file) > 1
    monkeypatch.undo()
    let_leases_end()
    render_set(file.pk)
    assert (state_of(file), ready("avif", file)) == ("done", set(PRESETS))


def test_a_worker_killed_in_the_second_step_is_followed_by_one_that_makes_only_that(
    file: UploadedFile, monkeypatch: Monkey
) -> None:
    watched(monkeypatch, raising(KeyboardInterrupt()))  # type: ignore[arg-type]  # as a process that ends
    with pytest.raises(KeyboardInterrupt):
        render_set(file.pk)
    monkeypatch.undo()
    let_leases_end()
    asked = watched(monkeypatch, lambda: None)
    render_set(file.pk)
    assert asked == [{"avif"}]
    assert Rendition.objects.filter(state="ready").count() == set_size() == Rendition.objects.count()


def test_the_claim_on_the_file_is_prolonged_for_the_second_step(
    file: UploadedFile, monkeypatch: Monkey, settings: Any
) -> None:
    settings.VITRINE_RENDER_LEASE = 100

    left: list[float] = []
    watched(monkeypatch, lambda: left.append(delay_of(file)))
    render = Sandbox.render

    def as_slow_as_may_be(self: Sandbox, source: Path, targets: Any) -> Any:
        made = render(self, source, targets)
        UploadedFile.objects.update(render_after=timezone.now())
        return made

    monkeypatch.setattr(Sandbox, "render", as_slow_as_may_be)
    render_set(file.pk)
    assert left[0] > 90


def test_an_edited_picture_has_its_placeholder_before_the_second_step(
    file: UploadedFile, monkeypatch: Monkey
) -> None:
    edit(file, CROPPED)
    known: list[str] = []
    watched(monkeypatch, lambda: known.append(UploadedFile.objects.get(pk=file.pk).edited_placeholder))
    render_set(file.pk)
    assert known
    assert known[0] != ""


def test_the_second_step_gives_way_to_files_that_have_nothing(owner: User, monkeypatch: Monkey) -> None:
    files = [uploaded(owner) for _ in range(3)]
    asked = watched(monkeypatch, lambda: None)
    for file in files:
        render_set(file.pk, give_way=True)
    assert asked == [{"webp"}, {"webp"}, {"webp"}, {"avif"}]  # for the last, nobody waits
    assert due(10) == [file.pk for file in files[:2]]
    for file in files:
        render_set(file.pk, give_way=True)
    assert asked[4:] == [{"avif"}, {"avif"}]
    assert {state_of(file) for file in files} == {"done"}


def test_a_worker_makes_the_first_of_all_uploads_before_the_second_of_any_but_the_last(
    owner: User, monkeypatch: Monkey, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.VITRINE_WORKER_LEASE = 600  # no beat beside the test's own transaction
    monkeypatch.setattr("uploads_app.worker.loop.close_old_connections", lambda: None)
    with django_capture_on_commit_callbacks(execute=True):
        files = [uploaded(owner) for _ in range(3)]
    asked = watched(monkeypatch, lambda: None)
    Worker().run(drain=True)
    assert asked == [{"webp"}] * 3 + [{"avif"}] * 3
    assert {state_of(file) for file in files} == {"done"}


def test_a_plan_knows_files_that_have_the_first_alone(file: UploadedFile, settings: Any) -> None:
    settings.VITRINE_RENDITION_FORMATS = (OutputFormat.WEBP,)
    render_set(file.pk)
    settings.VITRINE_RENDITION_FORMATS = (OutputFormat.WEBP, OutputFormat.AVIF)
    found = plan()
    assert found.missing == {f"{name}.avif": 1 for name in PRESETS}
    assert (found.with_work, found.stale) == (1, 0)
    assert found.seconds > 0
