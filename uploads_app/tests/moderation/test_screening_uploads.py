"""What the automatic checks do to uploads: refused, withheld or taken in, and never lost."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from PIL import ImageOps
from rest_framework.test import APIClient

from uploads_app.errors import BannedImage
from uploads_app.models import BannedPicture, FileHash, StorageUsage, UploadedFile
from uploads_app.screening import PASS, Answer, Candidate, Verdict, chain
from uploads_app.services import upload as uploading
from uploads_app.services.moderation.bans import ban, hashes_of
from uploads_app.services.spooling import spool_bytes
from uploads_app.tests.factories import uploaded
from uploads_app.tests.image_factories import encoded, png_bytes
from uploads_app.tests.moderation.pictures import cropped, jpeg, scene
from uploads_app.tests.stored import stored_originals
from users.models import User

pytestmark = pytest.mark.django_db

HERE = "uploads_app.tests.moderation.test_screening_uploads"
SignedIn = Callable[[User], APIClient]


class Refusing:
    again = False

    def __call__(self, candidate: Candidate) -> Verdict:
        assert candidate.path.stat().st_size == candidate.size
        return Verdict(Answer.REFUSE, "No cats today.")


class Doubting:
    again = False

    def __call__(self, candidate: Candidate) -> Verdict:
        return Verdict(Answer.REVIEW, f"Odd for {candidate.category}.")


class Failing:
    again = False

    def __call__(self, candidate: Candidate) -> Verdict:
        raise RuntimeError("the model is away")


class FailingAgain:
    """Passes before the file is stored, and spoils a query once it is about to be ready."""

    again = True

    def __call__(self, candidate: Candidate) -> Verdict:
        if UploadedFile.objects.filter(sha256=candidate.sha256).exists():
            with connection.cursor() as cursor:
                cursor.execute("SELECT nothing FROM nowhere")
        return PASS


class NoCheck:
    """Cannot be called."""


@pytest.fixture
def banned(owner: User, lead: User) -> BannedPicture:
    return ban_scene(owner, lead)


def ban_scene(owner: User, lead: User, data: bytes | None = None) -> BannedPicture:
    file = uploaded(owner, data or jpeg(scene()))
    hashes = hashes_of(file)
    with transaction.atomic():
        return ban(file=file, hashes=hashes, by=lead, reason="stolen")


def nothing_stays(person: User, others: int = 1) -> bool:
    usage = StorageUsage.objects.filter(owner=person, files__gt=0)
    rows = UploadedFile.objects.filter(owner=person).exclude(lifecycle="purged")
    return len(stored_originals()) == others and not usage.exists() and not rows.exists()


def test_the_bytes_of_a_banned_picture_are_refused(
    banned: BannedPicture, stranger: User, signed_in: SignedIn
) -> None:
    sent = SimpleUploadedFile("again.jpg", jpeg(scene()))
    answer = signed_in(stranger).post("/api/upload/general", {"file": sent}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (422, "banned_image")
    assert answer.json()["detail"] == BannedImage.sentence
    assert nothing_stays(stranger)


def test_a_refusal_by_key_may_be_tried_again(
    banned: BannedPicture, stranger: User, signed_in: SignedIn
) -> None:
    for _ in range(2):
        sent = SimpleUploadedFile("again.jpg", jpeg(scene()))
        answer = signed_in(stranger).post(
            "/api/upload/general", {"file": sent}, format="multipart", headers={"Idempotency-Key": "k1"}
        )
        assert answer.status_code == 422


def test_the_page_of_files_tells_which_picture_was_refused_and_keeps_the_others(
    banned: BannedPicture, stranger: User, client: Client
) -> None:
    client.force_login(stranger)
    sent = [SimpleUploadedFile("bad.jpg", jpeg(scene())), SimpleUploadedFile("good.jpg", jpeg(scene(2)))]
    page = client.post("/files/pictures", {"file": sent}, follow=True).content.decode()
    assert f"bad.jpg: {BannedImage.sentence}" in page
    assert [file.original_filename for file in stranger.uploaded_files.all()] == ["good.jpg"]


def test_the_page_of_the_profile_picture_says_why_it_was_refused(
    banned: BannedPicture, stranger: User, client: Client
) -> None:
    client.force_login(stranger)
    sent = {"file": SimpleUploadedFile("bad.jpg", jpeg(scene()))}
    page = client.post("/account/pictures", sent, follow=True)
    assert BannedImage.sentence in page.content.decode()


@pytest.mark.parametrize("change", ["quality", "size", "png", "webp", "crop", "mirror"])
def test_a_near_copy_is_taken_in_hidden_and_put_in_the_queue(
    banned: BannedPicture, stranger: User, change: str
) -> None:
    image = scene()
    made = {
        "quality": lambda: jpeg(image, 40),
        "size": lambda: jpeg(image.resize((144, 108))),
        "png": lambda: encoded(image, "PNG"),
        "webp": lambda: encoded(image, "WEBP", quality=80),
        "crop": lambda: jpeg(cropped(image), 40),
        "mirror": lambda: jpeg(ImageOps.mirror(image), 70),
    }[change]()
    file = uploaded(stranger, made)
    file.refresh_from_db()
    assert (file.lifecycle, file.withheld, file.moderation) == ("ready", "near_copy", "unreviewed")
    assert file.queue_rank == UploadedFile.QueueRank.WITHHELD
    [event] = file.moderation_events.all()
    assert (event.action, event.actor, event.to_withheld) == ("withhold", None, "near_copy")
    assert f"banned picture {banned.pk}" in event.note


def test_another_picture_passes(banned: BannedPicture, stranger: User) -> None:
    assert [uploaded(stranger, jpeg(scene(seed))).withheld for seed in range(2, 8)] == [""] * 6


def test_a_banned_white_page_bans_no_other_white_page(owner: User, stranger: User, lead: User) -> None:
    ban_scene(owner, lead, png_bytes((200, 150), "white"))
    assert uploaded(stranger, png_bytes((210, 150), "white")).withheld == ""
    with pytest.raises(BannedImage):
        uploaded(stranger, png_bytes((200, 150), "white"))


def test_a_check_may_refuse_in_its_own_words(settings: Any, stranger: User) -> None:
    settings.VITRINE_CHECKS = [f"{HERE}.Refusing"]
    with pytest.raises(BannedImage, match="No cats today"):
        uploaded(stranger)
    assert nothing_stays(stranger, others=0)


def test_a_check_may_ask_for_a_review(settings: Any, stranger: User) -> None:
    settings.VITRINE_CHECKS = [*settings.VITRINE_CHECKS, f"{HERE}.Doubting"]
    file = uploaded(stranger)
    assert (file.withheld, file.moderation_events.get().note) == ("check", "Odd for general.")


def test_the_first_that_does_not_pass_ends_the_chain(settings: Any, stranger: User) -> None:
    settings.VITRINE_CHECKS = [f"{HERE}.Doubting", f"{HERE}.Refusing"]
    assert uploaded(stranger).withheld == "check"


def test_no_checks_let_everything_in(settings: Any, banned: BannedPicture, stranger: User) -> None:
    settings.VITRINE_CHECKS = []
    assert uploaded(stranger, jpeg(scene())).withheld == ""


@pytest.mark.parametrize("name", ["Failing", "FailingAgain"])
def test_a_check_that_fails_leads_to_a_review_and_is_logged(
    settings: Any, stranger: User, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    settings.VITRINE_CHECKS = [f"{HERE}.{name}"]
    with caplog.at_level(logging.ERROR):
        file = uploaded(stranger)
    file.refresh_from_db()
    assert (file.lifecycle, file.withheld) == ("ready", "check")
    assert f"Check {name} failed" in caplog.text


@pytest.mark.parametrize("path", ["nowhere.Check", f"{HERE}.Missing", f"{HERE}.NoCheck", f"{HERE}.uploaded"])
def test_a_path_that_leads_to_no_check_stops_the_start(settings: Any, path: str) -> None:
    settings.VITRINE_CHECKS = [path]
    with pytest.raises(ImproperlyConfigured, match="VITRINE_CHECKS"):
        chain.checks()


@pytest.mark.parametrize(("sent", "end"), [(jpeg(scene()), "refused"), (jpeg(scene(), 50), "withheld")])
def test_a_ban_between_check_and_storing_is_not_escaped(
    owner: User,
    stranger: User,
    lead: User,
    monkeypatch: pytest.MonkeyPatch,
    sent: bytes,
    end: str,
) -> None:
    store = uploading._store

    def ban_then_store(file: UploadedFile, clean: Path) -> None:
        monkeypatch.setattr(uploading, "_store", store)
        ban_scene(owner, lead)
        store(file, clean)

    monkeypatch.setattr(uploading, "_store", ban_then_store)
    if end == "refused":
        with pytest.raises(BannedImage):
            uploaded(stranger, sent)
        assert nothing_stays(stranger)
    else:
        assert uploaded(stranger, sent).withheld == "near_copy"


def test_an_upload_that_is_undone_leaves_nothing_in_the_search(stranger: User) -> None:
    def fail(_file: UploadedFile) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError), spool_bytes(jpeg(scene()), "a.jpg") as spooled:
        uploading.upload(owner=stranger, category="general", spooled=spooled, on_ready=fail)
    assert not FileHash.objects.exists()
