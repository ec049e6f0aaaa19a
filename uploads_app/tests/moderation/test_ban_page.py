"""A lead bans a picture, and takes along those of its copies that they chose."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from uploads_app.images.errors import DecoderCrashed, SandboxUnavailable
from uploads_app.images.sandbox import Sandbox
from uploads_app.models import BannedPicture, ModerationEvent, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.moderation import ban_with_copies, decide
from uploads_app.services.moderation.decide import Seen
from uploads_app.storage.errors import StorageAway
from uploads_app.tests.factories import FileFactory, ready_rendition, uploaded
from uploads_app.tests.moderation.pictures import cropped, jpeg, scene
from uploads_app.tests.moderation.staff import browser, viewer
from users.models import User

EVERYBODY = ("visitor", "owner", "stranger", "staff", "viewer", "moderator", "lead", "root")


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return uploaded(owner, jpeg(scene()))


@pytest.fixture
def same(stranger: User) -> UploadedFile:
    return uploaded(stranger, jpeg(scene()))


@pytest.fixture
def near(stranger: User) -> UploadedFile:
    return uploaded(stranger, jpeg(cropped(scene()), 60))


def page(file: UploadedFile) -> str:
    return reverse("admin:uploads_app_uploadedfile_ban", args=[file.pk])


def fresh(file: UploadedFile) -> UploadedFile:
    return UploadedFile.objects.get(pk=file.pk)


def choice(file: UploadedFile) -> str:
    return f"{file.pk} {Seen.of(fresh(file))}"


def send(client: Client, file: UploadedFile, *, copies: Iterable[str] = (), **sent: str) -> Any:
    form = {"seen": str(Seen.of(fresh(file))), "reason": "stolen", "file": list(copies)} | sent
    return client.post(page(file), form, follow=True)


def boxes(text: str) -> dict[str, bool]:
    """The checkboxes of the page: what each says, and whether it is ticked."""
    found = re.findall(r'<input type="checkbox" name="file" value="([^"]+)"( checked)?>', text)
    return {value: bool(ticked) for value, ticked in found}


def states(*files: UploadedFile) -> list[str]:
    return [fresh(file).moderation for file in files]


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_page_is_for_leads(request: pytest.FixtureRequest, file: UploadedFile, who: str) -> None:
    by = None if who == "visitor" else request.getfixturevalue(who)
    status = 200 if who in ("lead", "root") else 302 if who in ("visitor", "owner", "stranger") else 403
    assert browser(by).get(page(file)).status_code == status


def test_who_may_ban_but_not_reject_does_neither(file: UploadedFile) -> None:
    half = viewer("half")
    half.user_permissions.add(Permission.objects.get(codename="ban_uploadedfile"))
    client = browser(half)
    assert client.get(page(file)).status_code == 403
    assert send(client, file).status_code == 403
    assert page(file) not in client.get(page(file).replace("ban/", "change/")).content.decode()
    assert not BannedPicture.objects.exists()


def test_same_bytes_are_ticked_and_near_ones_are_not(
    file: UploadedFile, same: UploadedFile, near: UploadedFile, lead: User
) -> None:
    ready_rendition(near)
    rejected = uploaded(lead, jpeg(scene()))
    UploadedFile.objects.filter(pk=rejected.pk).update(moderation="rejected")
    answer = browser(lead).get(page(file))
    text = answer.content.decode()
    assert boxes(text) == {choice(same): True, choice(near): False}
    assert "The same bytes" in text
    assert re.search(r"(\d of 64 bits differ|Looks the same) · stranger · unreviewed", text)
    assert f"/api/upload/{near.pk}/card.webp" in text
    assert not re.search(r'src="/api/upload/[-0-9a-f]+"', text)
    assert "no-store" in answer["Cache-Control"]


def test_file_and_chosen_copies_are_rejected_and_told_why(
    file: UploadedFile, same: UploadedFile, near: UploadedFile, lead: User
) -> None:
    answer = send(browser(lead), file, copies=[choice(same)], note="Not yours.")
    assert answer.redirect_chain == [(page(file).replace("ban/", "change/"), 302)]
    text = answer.content.decode()
    assert "Rejected, and banned: nobody can upload it again." in text
    assert "1 file rejected." in text
    assert states(file, same, near) == ["rejected", "rejected", "unreviewed"]
    for one in (file, same):
        assert (fresh(one).moderation_reason, fresh(one).moderation_note) == ("stolen", "Not yours.")
    assert [event.action for event in file.moderation_events.order_by("pk")] == ["reject", "ban"]
    made = BannedPicture.objects.get()
    assert (made.file, made.reason, made.note, made.banned_by) == (file, "stolen", "Not yours.", lead)


def test_a_ban_without_copies_leaves_them(file: UploadedFile, same: UploadedFile, lead: User) -> None:
    text = send(browser(lead), file).content.decode()
    assert "Choose one or more" not in text
    assert states(file, same) == ["rejected", "unreviewed"]


def test_what_is_no_copy_is_left_whatever_the_form_says(
    file: UploadedFile, same: UploadedFile, stranger: User, lead: User
) -> None:
    other = uploaded(stranger, jpeg(scene(2)))
    forged = [choice(other), f"{uuid4()} 0-0", "nonsense", choice(same)]
    text = send(browser(lead), file, copies=forged).content.decode()
    assert "What is no copy of this picture was not rejected." in text
    assert states(same, other) == ["rejected", "unreviewed"]
    assert not other.moderation_events.exists()


def test_ones_own_copy_is_for_somebody_else(file: UploadedFile, same: UploadedFile, lead: User) -> None:
    own = uploaded(lead, jpeg(scene()))
    client = browser(lead)
    text = client.get(page(file)).content.decode()
    assert choice(own) not in boxes(text)
    assert "somebody else decides on it" in text
    text = send(client, file, copies=[choice(own), choice(same)]).content.decode()
    assert (
        f"{str(own).capitalize()} was not rejected. Your own file is for somebody else to decide on." in text
    )
    assert states(file, same, own) == ["rejected", "rejected", "unreviewed"]


def test_a_copy_that_moved_on_is_left_and_named(file: UploadedFile, same: UploadedFile, lead: User) -> None:
    looked_at = choice(same)
    decide.approve(file_id=same.pk, by=lead, seen=Seen.of(same))
    text = send(browser(lead), file, copies=[looked_at]).content.decode()
    assert f"{str(same).capitalize()} was not rejected. Somebody decided on this file" in text
    assert states(file, same) == ["rejected", "approved"]


def test_a_rejected_file_is_only_banned(file: UploadedFile, lead: User) -> None:
    decide.reject(file_id=file.pk, by=lead, seen=Seen.of(file), reason="spam", note="As before.")
    send(browser(lead), file)
    assert fresh(file).moderation_reason == "spam"
    assert [event.action for event in file.moderation_events.order_by("pk")] == ["reject", "ban"]


def test_a_second_ban_takes_more_copies_along_and_stays_one(
    file: UploadedFile, same: UploadedFile, near: UploadedFile, lead: User
) -> None:
    client = browser(lead)
    send(client, file, copies=[choice(same)])
    assert boxes(client.get(page(file)).content.decode()) == {choice(near): False}
    send(client, file, copies=[choice(near)])
    assert states(file, same, near) == ["rejected"] * 3
    assert BannedPicture.objects.count() == 1


def test_who_was_too_late_bans_nothing(
    file: UploadedFile, same: UploadedFile, lead: User, root: User
) -> None:
    looked_at = str(Seen.of(file))
    decide.approve(file_id=file.pk, by=root, seen=Seen.of(file))
    text = send(browser(lead), file, copies=[choice(same)], seen=looked_at).content.decode()
    assert "Last: approve by root." in text
    assert states(file, same) == ["approved", "unreviewed"]
    assert not BannedPicture.objects.exists()


def test_what_is_gone_is_not_banned(file: UploadedFile, lead: User) -> None:
    client, seen = browser(lead), str(Seen.of(file))
    delete_file(file)
    assert client.get(page(file)).status_code == 404
    assert "This file was deleted." in send(client, file, seen=seen).content.decode()
    assert client.get(page(FileFactory.build())).status_code == 404
    assert not BannedPicture.objects.exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"reason": "ugly"}, "Choose a reason"),
        ({"note": "x" * 1001}, "at most 1000"),
        ({"seen": "nonsense"}, "what was looked at"),
    ],
)
def test_what_is_malformed_comes_back_as_it_was_filled_in(
    file: UploadedFile, same: UploadedFile, near: UploadedFile, lead: User, sent: dict[str, str], words: str
) -> None:
    answer = send(browser(lead), file, copies=[choice(near)], **{"note": "A <b> note."} | sent)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert words in text
    assert boxes(text) == {choice(same): False, choice(near): True}
    if "note" not in sent:
        assert "A &lt;b&gt; note.</textarea>" in text
    assert states(file, near) == ["unreviewed"] * 2
    assert not ModerationEvent.objects.exists()


@pytest.mark.parametrize("fault", [SandboxUnavailable(), StorageAway("gone")])
def test_without_storage_or_decoders_nothing_changes_and_it_is_said(
    file: UploadedFile, same: UploadedFile, lead: User, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def away(*_: Any) -> None:
        raise fault

    monkeypatch.setattr(Sandbox, "hashes_of_copies", away)
    client = browser(lead)
    for answer in (client.get(page(file)), send(client, file, copies=[choice(same)])):
        assert answer.status_code == 503
        assert "right now" in answer.content.decode()
    assert states(file, same) == ["unreviewed"] * 2
    assert not BannedPicture.objects.exists()


def test_a_picture_that_ends_its_decoder_is_banned_by_its_own_looks(
    file: UploadedFile, same: UploadedFile, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any) -> None:
        raise DecoderCrashed

    monkeypatch.setattr(Sandbox, "hashes_of_copies", crash)
    client = browser(lead)
    assert choice(same) in boxes(client.get(page(file)).content.decode())
    send(client, file, copies=[choice(same)])
    assert states(file, same) == ["rejected"] * 2
    assert [kept.hash for kept in BannedPicture.objects.get().hashes.all()] == [file.phash]


def test_so_many_are_shown_at_once_and_the_others_after_them(
    file: UploadedFile, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("uploads_app.admin.ban_page", ban_with_copies.__name__):
        monkeypatch.setattr(f"{module}.PREVIEWED", 2)
    for _ in range(3):
        FileFactory.create(sha256=file.sha256)
    client = browser(lead)
    text = client.get(page(file)).content.decode()
    assert len(boxes(text)) == 2
    assert "There are more." in text
    text = send(client, file, copies=boxes(text)).content.decode()
    assert "2 files rejected." in text
    text = client.get(page(file)).content.decode()
    assert len(boxes(text)) == 1
    assert "There are more." not in text


def test_the_page_costs_as_much_with_many_copies_as_with_one(file: UploadedFile, lead: User) -> None:
    def queries() -> int:
        ready_rendition(FileFactory.create(sha256=file.sha256))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page(file)).status_code == 200
        return len(seen)

    client = browser(lead)
    one = queries()
    for _ in range(8):
        FileFactory.create(sha256=file.sha256)
    assert queries() == one <= 15
