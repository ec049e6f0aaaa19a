"""Decoders that a busy machine makes late: tried again, a bounded number of times, and no picture is blamed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from uploads_app.images.errors import DecoderLate, SandboxUnavailable
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.sandbox import Sandbox
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.make import make
from uploads_app.services.rendering.rest import LATE_OF_REST
from uploads_app.services.rendering.wanted import wanted
from uploads_app.services.rendering.work import DEATHS_OF_POISON, LATE_OF_A_DEATH, render_set
from uploads_app.tests.factories import uploaded
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.rendering_states import (
    delay_of,
    failing_at,
    keys,
    let_leases_end,
    ready_presets,
    state_of,
)
from uploads_app.tests.stored import stored_renditions
from users.models import User

Monkey = pytest.MonkeyPatch
SignIn = Callable[[User], APIClient]


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return uploaded(owner)


def late_at(monkeypatch: Monkey, *presets: str) -> None:
    monkeypatch.setattr(Sandbox, "render", failing_at(*presets, error=DecoderLate))


def render_late(file: UploadedFile, times: int) -> list[float]:
    """Seconds until it is tried again, after each time."""
    delays = []
    for _ in range(times):
        let_leases_end()
        render_set(file.pk)
        assert state_of(file) == "waiting"
        delays.append(delay_of(file))
    return delays


def test_an_upload_is_answered_as_while_decoders_are_away(
    owner: User, signed_in: SignIn, monkeypatch: Monkey
) -> None:
    def late(*_args: Any) -> Any:
        raise DecoderLate()

    def send() -> Any:
        body = {"file": SimpleUploadedFile("a.jpg", jpeg_bytes())}
        return signed_in(owner).post("/api/upload/general", body, format="multipart")

    with monkeypatch.context() as busy:
        busy.setattr(Sandbox, "ingest", late)
        answer = send()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer["Retry-After"]) > 0
    assert send().status_code == 201


def test_a_set_is_tried_later_each_time_after_longer(file: UploadedFile, monkeypatch: Monkey) -> None:
    late_at(monkeypatch, *PRESETS)
    delays = render_late(file, LATE_OF_A_DEATH - 1)
    assert delays == sorted(delays)
    assert keys() == stored_renditions() == set()
    monkeypatch.undo()
    let_leases_end()
    render_set(file.pk)
    assert state_of(file) == "done"
    row = UploadedFile.objects.get(pk=file.pk)
    assert (row.render_late, row.render_deaths) == (0, 0)


def test_a_picture_at_which_decoders_are_always_late_is_set_aside_in_the_end(
    file: UploadedFile, monkeypatch: Monkey
) -> None:
    late_at(monkeypatch, *PRESETS)
    render_late(file, LATE_OF_A_DEATH + DEATHS_OF_POISON - 2)
    let_leases_end()
    render_set(file.pk)
    assert state_of(file) == "poison"


def test_a_size_at_which_decoders_are_always_late_is_left_out_in_the_end(
    file: UploadedFile, monkeypatch: Monkey
) -> None:
    late_at(monkeypatch, "w960")
    render_late(file, LATE_OF_A_DEATH - 1)
    assert ready_presets(file) == set()
    let_leases_end()
    render_set(file.pk)
    assert state_of(file) == "done"
    assert ready_presets(file) == PRESETS.keys() - {"w960"}


def test_a_size_that_is_asked_for_is_tried_again_and_rests_in_the_end(
    owner: User, signed_in: SignIn, file: UploadedFile, monkeypatch: Monkey
) -> None:
    late_at(monkeypatch, "w1920")
    client, url = signed_in(owner), f"/api/upload/{file.pk}/w1920.avif"
    for _ in range(LATE_OF_REST - 1):
        answer = client.get(url)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer["Retry-After"]) > 1
        let_leases_end()
    assert client.get(url).status_code == 503
    assert client.get(url).status_code == 409
    rests_until = Rendition.objects.get().lease_until
    assert rests_until is not None
    assert rests_until - timezone.now() > timedelta(minutes=50)

    monkeypatch.undo()
    let_leases_end()
    assert client.get(url).status_code == 200
    assert Rendition.objects.get().late == 0


def test_a_size_that_was_late_once_for_a_visitor_is_waited_for_by_its_set(
    owner: User, signed_in: SignIn, file: UploadedFile, monkeypatch: Monkey
) -> None:
    UploadedFile.objects.update(render_attempts=1)  # whose first attempt ends all rests
    late_at(monkeypatch, "w960")
    assert signed_in(owner).get(f"/api/upload/{file.pk}/w960.webp").status_code == 503
    monkeypatch.undo()
    render_set(file.pk)
    assert state_of(file) == "waiting"
    let_leases_end()
    render_set(file.pk)
    assert state_of(file) == "done"
    assert ready_presets(file) == PRESETS.keys()


@pytest.fixture
def lacking_one(file: UploadedFile, settings: Any) -> UploadedFile:
    """All of its sizes but w960 were made for visitors."""
    settings.VITRINE_RENDITION_FORMATS = (OutputFormat.WEBP,)
    make(file, [one for one in wanted(file).values() if one.preset.name != "w960"])
    return file


def wait_for_its_rest(file: UploadedFile, seconds: int) -> None:
    """As a worker does that looks at it every second, and finds that the size rests."""
    Rendition.objects.filter(state="pending").update(lease_until=timezone.now() + timedelta(hours=1))
    for _ in range(seconds):
        UploadedFile.objects.update(render_after=timezone.now() - timedelta(seconds=1))
        render_set(file.pk)
        assert 0 < delay_of(file) <= 1


def test_waiting_for_a_size_that_rests_makes_no_pause_longer(
    lacking_one: UploadedFile, monkeypatch: Monkey
) -> None:
    late_at(monkeypatch, "w960")
    assert render_late(lacking_one, 1)[0] <= 2
    wait_for_its_rest(lacking_one, 8)
    assert 2 < render_late(lacking_one, 1)[0] <= 4
    monkeypatch.setattr(Sandbox, "render", failing_at("w960", error=SandboxUnavailable))
    wait_for_its_rest(lacking_one, 8)
    assert render_late(lacking_one, 1)[0] <= 16


def test_what_else_could_not_be_done_makes_no_pause_of_a_late_one_longer(
    file: UploadedFile, monkeypatch: Monkey
) -> None:
    monkeypatch.setattr(Sandbox, "render", failing_at(*PRESETS, error=SandboxUnavailable))
    render_late(file, 6)
    late_at(monkeypatch, *PRESETS)
    assert render_late(file, 1)[0] <= 2
