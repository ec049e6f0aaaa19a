"""Renditions that nobody made before: made for whoever asks, once, within bounds."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from uploads_app.images.errors import DecoderCrashed
from uploads_app.images.recipes import Crop, Edits
from uploads_app.images.sandbox import Sandbox
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.edit import edit
from uploads_app.services.rendering.work import render_set
from uploads_app.tests.factories import uploaded
from users.models import Profile, User

Monkey = pytest.MonkeyPatch


@pytest.fixture
def client(owner: User, signed_in: Any) -> APIClient:
    found: APIClient = signed_in(owner)
    return found


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return uploaded(owner)


@pytest.mark.parametrize(
    ("extension", "magic"), [("avif", b"ftypavif"), ("webp", b"RIFF"), ("jpg", b"\xff\xd8\xff")]
)
def test_every_format_is_made_when_asked_for_and_kept(
    client: APIClient, file: UploadedFile, extension: str, magic: bytes, monkeypatch: Monkey
) -> None:
    url = f"/api/upload/{file.pk}/w320.{extension}"
    answer = client.get(url)
    data = answer.content
    assert answer.status_code == 200
    assert magic in data[:16]
    monkeypatch.setattr(Sandbox, "render", lambda *_: pytest.fail("rendered again"))
    assert client.get(url)["ETag"] == answer["ETag"]


@pytest.mark.parametrize(
    "name", ["w99999.webp", "card.svg", "card.png", "card.webp.html", "..%2fcard.webp", "Card.webp", "x.css"]
)
def test_what_is_no_preset_or_format_is_not_found_and_queues_nothing(
    client: APIClient, file: UploadedFile, name: str
) -> None:
    answer = client.get(f"/api/upload/{file.pk}/{name}")
    assert answer.status_code == 404
    assert Rendition.objects.count() == 0


def test_free_parameters_change_nothing(client: APIClient, file: UploadedFile) -> None:
    plain = client.get(f"/api/upload/{file.pk}/thumb.webp")
    odd = client.get(f"/api/upload/{file.pk}/thumb.webp?w=9999&fmt=svg&op=system&crop=1&v=" + "f" * 20)
    assert odd["ETag"] == plain["ETag"]
    assert Rendition.objects.count() == 1


def test_past_the_bound_one_is_asked_to_come_back(
    client: APIClient, file: UploadedFile, settings: Any
) -> None:
    settings.VITRINE_RENDERS_AT_ONCE = 0
    answer = client.get(f"/api/upload/{file.pk}/thumb.webp")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer["Retry-After"]) > 0
    assert answer["Cache-Control"] == "no-store"
    assert Rendition.objects.count() == 0


def test_a_picture_that_was_set_aside_says_so(client: APIClient, file: UploadedFile) -> None:
    UploadedFile.objects.update(rendering="poison")
    answer = client.get(f"/api/upload/{file.pk}/thumb.webp")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def let_rests_end() -> None:
    Rendition.objects.filter(state="pending").update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_size_that_ends_its_decoder_is_set_aside_alone(
    client: APIClient, file: UploadedFile, monkeypatch: Monkey
) -> None:
    render, tries = Sandbox.render, []

    def crash(self: Sandbox, source: Any, targets: Any) -> Any:
        if any(recipe.format == "avif" for recipe, _ in targets):
            tries.append(1)
            raise DecoderCrashed()
        return render(self, source, targets)

    monkeypatch.setattr(Sandbox, "render", crash)
    url = f"/api/upload/{file.pk}/w1920.avif"
    first, soon = client.get(url), client.get(url)
    assert (first.status_code, soon.status_code, len(tries)) == (503, 503, 1)
    assert int(soon["Retry-After"]) > 0
    let_rests_end()
    assert [client.get(url).status_code for _ in range(3)] == [503, 409, 409]
    assert len(tries) == 2

    assert client.get(f"/api/upload/{file.pk}/thumb.jpg").status_code == 200
    render_set(file.pk)
    file.refresh_from_db()
    assert (file.rendering, file.render_deaths) == ("done", 0)
    let_rests_end()
    monkeypatch.undo()
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("who", ["owner", "visitor"])
def test_a_picture_deleted_while_a_size_is_made_is_not_found(
    client: APIClient, visitor: APIClient, file: UploadedFile, monkeypatch: Monkey, who: str
) -> None:
    if who == "visitor":
        client = visitor
        Profile.objects.filter(user=file.owner_id).update(image=file)
    render = Sandbox.render

    def deleted_meanwhile(self: Sandbox, *args: Any) -> Any:
        done = render(self, *args)
        delete_file(file)
        return done

    monkeypatch.setattr(Sandbox, "render", deleted_meanwhile)
    answer = client.get(f"/api/upload/{file.pk}/thumb.jpg")
    assert answer.status_code == (404 if who == "owner" else 401)
    assert Rendition.objects.count() == 0


def test_a_version_of_before_leads_to_the_present_one(client: APIClient, file: UploadedFile) -> None:
    render_set(file.pk)
    old = Rendition.objects.get(preset="card", format="webp").digest
    before = client.get(f"/api/upload/{file.pk}/card.webp?v={old}")
    edit(file, Edits(crop=Crop(0, 0, 0.5, 0.5)))
    after = client.get(f"/api/upload/{file.pk}/card.webp?v={old}")
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
