"""Who read a file before an edit and acts after it brings nothing back that was cropped away."""

import hashlib
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection
from rest_framework.test import APIClient

from uploads_app.errors import Conflict, NotFound, Unavailable, VitrineError
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Crop, Edits
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.edit import edit
from uploads_app.services.rendering.claims import claim
from uploads_app.services.rendering.demand import rendition_on_demand
from uploads_app.services.rendering.make import make
from uploads_app.services.rendering.retire import retire_stale
from uploads_app.services.rendering.wanted import recipe, wanted
from uploads_app.services.rendering.work import render_set
from uploads_app.services.share import share
from uploads_app.tests.factories import FileFactory, ready_rendition, uploaded
from uploads_app.tests.rendering_states import set_size
from users.models import User
from users.tests.factories import UserFactory

CROPPED = Edits(crop=Crop(0, 0, 0.5, 0.5))
ROUNDS = 10
Act = Callable[[UploadedFile], object]


def _claim(stale: UploadedFile) -> object:
    return claim(stale, list(wanted(stale).values()))


def _make(stale: UploadedFile) -> None:
    make(stale, list(wanted(stale).values()))


def _ask(stale: UploadedFile) -> object:
    return rendition_on_demand(stale, "w320", "webp", None)


@pytest.fixture
def stale(owner: User) -> UploadedFile:
    """A file as it was read before its edit, with the whole picture in all sizes."""
    file = uploaded(owner)
    render_set(file.pk)
    file.refresh_from_db()
    edit(UploadedFile.objects.get(pk=file.pk), CROPPED)
    return file


@pytest.mark.parametrize("act", [_claim, _make, _ask])
def test_an_old_reading_revives_and_adds_nothing(stale: UploadedFile, act: Act) -> None:
    before = set(Rendition.objects.values_list("pk", "state"))
    with pytest.raises((Conflict, Unavailable)):
        act(stale)
    assert set(Rendition.objects.values_list("pk", "state")) == before
    assert {state for _, state in before} == {"retired"}


@pytest.mark.parametrize("act", [_claim, _make, _ask])
def test_an_old_reading_of_a_deleted_file_adds_nothing(owner: User, act: Act) -> None:
    file = uploaded(owner)
    delete_file(UploadedFile.objects.get(pk=file.pk))
    with pytest.raises((Conflict, NotFound)):
        act(file)
    assert Rendition.objects.count() == 0


def test_the_old_address_shows_the_edited_picture_after_a_late_worker(
    stale: UploadedFile, visitor: APIClient
) -> None:
    old = Rendition.objects.get(preset="w320", format="webp")
    with suppress(Conflict):
        _make(stale)
    token = share(stale.pk, 3600).token
    answer = visitor.get(f"/api/upload/{stale.pk}/w320.webp?v={old.digest}&share={token}")
    assert answer.status_code == 200
    shown = hashlib.sha256(answer.content).hexdigest()
    assert shown == Rendition.objects.get(preset="w320", format="webp", state="ready").sha256 != old.sha256


def test_a_late_worker_takes_no_successor_out_of_service(stale: UploadedFile) -> None:
    render_set(stale.pk)
    with pytest.raises(Conflict):
        retire_stale(stale)
    assert Rendition.objects.filter(state="ready").count() == set_size()


@pytest.mark.django_db(transaction=True)
def test_claims_racing_an_edit_leave_nothing_of_before_in_service() -> None:
    owner = UserFactory.create()
    for _ in range(ROUNDS):
        file = FileFactory.create(owner=owner)
        whole = {ready_rendition(file, preset).digest for preset in ("w320", "w640")}
        _edit_among_claims(file)
        assert not Rendition.objects.filter(digest__in=whole, state="ready").exists()


def _edit_among_claims(file: UploadedFile) -> None:
    """Edits while others read the file and claim what they read, again and again."""
    over, start = threading.Event(), threading.Barrier(4)
    broken: list[Exception] = []

    def claims() -> None:
        start.wait(10)
        while not over.is_set():
            read = UploadedFile.objects.get(pk=file.pk)
            try:
                claim(read, [recipe(read, PRESETS[name], OutputFormat.WEBP) for name in ("w320", "w640")])
            except VitrineError:
                continue

    def edits() -> None:
        start.wait(10)
        edit(file, CROPPED)
        over.wait(0.05)  # whoever read before the commit comes to claim
        over.set()

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:
            broken.append(error)
        finally:
            over.set()
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in (edits, claims, claims, claims)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not broken, broken
