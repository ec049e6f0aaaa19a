"""The page of one file for staff: what it tells, and who may send which of its forms."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from uploads_app.models import BannedPicture, ModerationEvent, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.moderation import decide, hold
from uploads_app.services.moderation.decide import Seen
from uploads_app.tests.factories import FileFactory, store_bytes
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.moderation.staff import browser
from users.models import User

MOST_QUERIES = 25
FORBIDDEN, TO_LOGIN = 403, 302


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return FileFactory.create(owner=owner, sha256="ab" * 32)


def page(file: UploadedFile) -> str:
    return reverse("admin:uploads_app_uploadedfile_change", args=[file.pk])


def send(client: Client, file: UploadedFile, step: str, **sent: str) -> Any:
    return client.post(address(file, step), {"seen": str(Seen.of(fresh(file))), **sent})


def address(file: UploadedFile, step: str) -> str:
    if step == "ban":
        return reverse("admin:uploads_app_uploadedfile_ban", args=[file.pk])
    return reverse("admin:uploads_app_uploadedfile_decide", args=[file.pk, step])


def fresh(file: UploadedFile) -> UploadedFile:
    return UploadedFile.objects.get(pk=file.pk)


def text_of(client: Client, file: UploadedFile) -> str:
    answer = client.get(page(file), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def standing(file: UploadedFile) -> tuple[object, ...]:
    row = fresh(file)
    banned = list(BannedPicture.objects.values_list("pk", "lifted_at"))
    return row.moderation, row.withheld, row.legal_hold, row.moderation_serial, banned


# What each step needs to have happened before, and what its form says.
SENT: dict[str, dict[str, str]] = {
    "approve": {},
    "reject": {"reason": "spam"},
    "takedown": {"reason": "stolen", "note": "A court said so."},
    "undo": {},
    "ban": {"reason": "stolen"},
    "lift": {"note": "A mistake."},
    "note": {"note": "Looked at twice."},
    "hold": {"note": "By order."},
    "release": {"note": "Order lifted."},
}
LOOKS = ("viewer", "moderator", "lead", "root")
DECIDES = {
    **dict.fromkeys(("approve", "reject", "undo", "note"), ("moderator", "lead", "root")),
    **dict.fromkeys(("hold", "release", "takedown", "ban", "lift"), ("lead", "root")),
}
EVERYBODY = ("visitor", "owner", "stranger", "staff", *LOOKS)


def person(request: pytest.FixtureRequest, who: str) -> User | None:
    return None if who == "visitor" else request.getfixturevalue(who)


def prepare(file: UploadedFile, step: str, who: User | None, lead: User) -> None:
    if step == "undo":
        by = who if who is not None and who.has_perm("uploads_app.decide_uploadedfile") else lead
        decide.approve(file_id=file.pk, by=by, seen=Seen.of(file))
    if step == "release":
        hold.place(file_id=file.pk, by=lead, note="By order.")
    if step == "ban":
        store_bytes(file, jpeg_bytes((200, 150), noisy=True))
    if step == "lift":
        BannedPicture.objects.create(file=file, sha256=file.sha256, reason="spam", banned_by_name="lead")


@pytest.mark.parametrize("step", SENT)
@pytest.mark.parametrize("who", EVERYBODY)
def test_each_decision_is_for_those_with_its_permission(
    request: pytest.FixtureRequest, file: UploadedFile, lead: User, who: str, step: str
) -> None:
    by = person(request, who)
    prepare(file, step, by, lead)
    before, events = standing(file), ModerationEvent.objects.count()
    answer = send(browser(by), file, step, **SENT[step])
    if who in DECIDES[step]:
        assert answer.status_code == 302
        assert answer["Location"] == page(file)
        assert ModerationEvent.objects.count() == events + (2 if step == "ban" else 1)  # rejected as well
        assert standing(file) != before or step == "note"
    else:
        kept_out = TO_LOGIN if who in ("visitor", "owner", "stranger") else FORBIDDEN
        assert answer.status_code == kept_out
        assert "/login" in answer.get("Location", "/login")
        assert (standing(file), ModerationEvent.objects.count()) == (before, events)


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_page_is_for_staff_who_may_look(
    request: pytest.FixtureRequest, file: UploadedFile, who: str
) -> None:
    client = browser(person(request, who))
    event = ModerationEvent.objects.create(
        file=file, action="note", from_state="approved", to_state="approved", serial=1
    )
    for address in (page(file), f"/admin/uploads_app/uploadedfile/{file.pk}/events/{event.pk}.json"):
        expected = 200 if who in LOOKS else FORBIDDEN if who == "staff" else TO_LOGIN
        assert client.get(address).status_code == expected, address


@pytest.mark.parametrize("who", LOOKS)
def test_forms_are_offered_to_those_alone_who_may_send_them(
    request: pytest.FixtureRequest, file: UploadedFile, who: str
) -> None:
    BannedPicture.objects.create(sha256=file.sha256, reason="spam", banned_by_name="lead")
    text = text_of(browser(person(request, who)), file)
    for step in ("approve", "reject", "note", "hold", "takedown", "ban", "lift"):
        way = f'{"href" if step == "ban" else "action"}="{address(file, step)}"'
        assert (way in text) == (who in DECIDES[step]), step


@pytest.mark.parametrize("step", SENT)
def test_a_decision_is_a_post_with_a_token(file: UploadedFile, lead: User, root: User, step: str) -> None:
    prepare(file, step, root, lead)
    before = standing(file)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(root)
    assert strict.get(address(file, step)).status_code == (200 if step == "ban" else 405)
    assert send(strict, file, step, **SENT[step]).status_code == FORBIDDEN
    assert standing(file) == before


@pytest.mark.parametrize("step", SENT)
def test_ones_own_file_is_for_somebody_else(lead: User, root: User, step: str) -> None:
    file = FileFactory.create(owner=root)
    prepare(file, step, lead, lead)
    before = standing(file)
    assert send(browser(root), file, step, **SENT[step]).status_code == FORBIDDEN
    assert standing(file) == before
    assert "somebody else decides" in text_of(browser(root), file)


def test_the_file_page_takes_no_form_and_knows_no_other_step(file: UploadedFile, root: User) -> None:
    client = browser(root)
    assert client.post(page(file), {"moderation": "approved", "_save": "Save"}).status_code == FORBIDDEN
    for step in ("delete", "withhold", "return"):
        url = f"/admin/uploads_app/uploadedfile/{file.pk}/decide/{step}/"
        assert client.post(url, {"seen": "0-0"}).status_code == 404
    assert standing(file) == ("unreviewed", "", False, 0, [])


def test_the_second_of_two_moderators_is_told_what_the_first_did(
    file: UploadedFile, moderator: User, lead: User
) -> None:
    looked_at = str(Seen.of(file))
    send(browser(lead), file, "approve")
    second = browser(moderator)
    send(second, file, "reject", seen=looked_at, reason="spam")
    text = text_of(second, file)
    assert "since you looked at it" in text
    assert "Last: approve by lead." in text
    assert fresh(file).moderation == "approved"


def test_what_was_deleted_meanwhile_is_said(file: UploadedFile, moderator: User) -> None:
    client = browser(moderator)
    delete_file(file)
    send(client, file, "approve")
    assert "This file was deleted." in text_of(client, file)


@pytest.mark.parametrize(
    ("step", "sent", "words"),
    [
        ("reject", {"reason": "ugly"}, "Choose a reason"),
        ("reject", {"reason": ""}, "Choose a reason"),
        ("reject", {"reason": "spam", "note": "x" * 1001}, "at most 1000"),
        ("approve", {"seen": "not-a-token"}, "what was looked at"),
        ("note", {"note": "  "}, "Write something"),
        ("note", {"note": "nul \x00"}, "Null characters"),
    ],
)
def test_what_is_malformed_is_said_and_changes_nothing(
    file: UploadedFile, moderator: User, step: str, sent: dict[str, str], words: str
) -> None:
    client = browser(moderator)
    assert send(client, file, step, **sent).status_code == 302
    assert words in text_of(client, file)
    assert not ModerationEvent.objects.exists()


def test_a_file_that_is_not_there_leads_back(root: User) -> None:
    client = browser(root)
    assert client.get(f"/admin/uploads_app/uploadedfile/{uuid4()}/change/").status_code == 302
    assert client.get("/admin/uploads_app/uploadedfile/nonsense/change/").status_code == 302
