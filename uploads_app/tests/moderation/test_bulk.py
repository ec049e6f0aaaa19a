"""One decision on many files: each by itself, each judged by permission, and what was not done is named."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from uploads_app.errors import Invalid, PermissionDenied
from uploads_app.images.recipes import Edits
from uploads_app.models import ModerationEvent, UploadedFile
from uploads_app.services.edit import edit
from uploads_app.services.moderation import many
from uploads_app.services.moderation.decide import Seen, approve
from uploads_app.services.moderation.many import Choice, approve_many, choices_of, reject_many
from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/uploads_app/uploadedfile/"
CHOSEN = f"{LIST}queue/chosen"


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def states() -> list[str]:
    return list(UploadedFile.objects.order_by("uploaded_at", "pk").values_list("moderation", flat=True))


def value(file: UploadedFile) -> str:
    return f"{file.pk} {Seen.of(UploadedFile.objects.get(pk=file.pk))}"


def test_each_is_decided_by_itself_and_what_was_not_is_named(moderator: User, lead: User) -> None:
    good, own = FileFactory.create(), FileFactory.create(owner=moderator, original_filename="mine.jpg")
    first, pending = FileFactory.create(original_filename="late.jpg"), FileFactory.create(lifecycle="pending")
    choices = [Choice(file.pk, Seen.of(file)) for file in (first, good, own, pending)]
    choices.append(Choice(uuid4(), Seen(0, 0)))
    approve(file_id=first.pk, by=lead, seen=Seen.of(first))
    outcome = reject_many(choices=choices, by=moderator, reason="spam")
    assert outcome.done == [good.pk]
    assert [name for name, _ in outcome.refused] == ["late.jpg", "mine.jpg", many._GONE, many._GONE]
    assert "since you looked" in outcome.refused[0][1]
    assert "own" in outcome.refused[1][1]
    assert ModerationEvent.objects.filter(action="reject").count() == 1


def test_nothing_is_decided_without_the_permission_or_a_reason(viewer: User, moderator: User) -> None:
    file = FileFactory.create()
    choices = [Choice(file.pk, Seen.of(file))]
    with pytest.raises(PermissionDenied):
        approve_many(choices=choices, by=viewer)
    with pytest.raises(Invalid):
        reject_many(choices=choices, by=moderator, reason="")
    assert states() == ["unreviewed"]


def test_no_more_are_decided_on_than_at_once(moderator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "AT_ONCE", 2)
    files = FileFactory.create_batch(3)
    choices = [Choice(file.pk, Seen.of(file)) for file in files]
    assert len(approve_many(choices=choices, by=moderator).done) == 2
    assert len(choices_of([file.pk for file in files])) == 2


@pytest.mark.parametrize(("do", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_what_is_chosen_in_the_queue_is_decided_together(moderator: User, do: str, state: str) -> None:
    files = FileFactory.create_batch(3)
    sent = {"file": [value(file) for file in files[:2]], "do": do, "reason": "spam"}
    answer = client_of(moderator).post(CHOSEN, sent, follow=True)
    assert f"2 files {state}." in answer.content.decode()
    assert sorted(states()) == sorted([state, state, "unreviewed"])


def test_having_chosen_is_rendered_again(moderator: User) -> None:
    file = FileFactory.create(rendering="poison", render_deaths=3)
    client_of(moderator).post(CHOSEN, {"file": [value(file)], "do": "render"})
    file.refresh_from_db()
    assert (file.rendering, file.render_deaths) == ("waiting", 0)


@pytest.mark.parametrize("do", ["approve", "reject", "render", ""])
def test_viewers_do_nothing_to_chosen_files_and_are_told_no_names(viewer: User, do: str) -> None:
    file = FileFactory.create(original_filename="secret.jpg", rendering="done")
    answer = client_of(viewer).post(CHOSEN, {"file": [value(file)], "do": do, "reason": "spam"})
    assert answer.status_code == 403
    assert "secret" not in answer.content.decode()
    file.refresh_from_db()
    assert (file.moderation, file.rendering) == ("unreviewed", "done")


@pytest.mark.parametrize("file_ids", [["x"], [""], ["' OR 1=1 --"], [f"{uuid4()}"], [f"{uuid4()} 0-0"], []])
def test_ids_of_nothing_change_nothing(moderator: User, file_ids: list[str]) -> None:
    FileFactory.create()
    sent: dict[str, Any] = {"file": file_ids, "do": "approve", "form-TOTAL_FORMS": "1", "form-0-id": "x"}
    assert client_of(moderator).post(CHOSEN, sent).status_code == 302
    assert states() == ["unreviewed"]


def test_without_a_reason_the_page_says_so_and_nothing_is_rejected(moderator: User) -> None:
    file = FileFactory.create()
    answer = client_of(moderator).post(CHOSEN, {"file": [value(file)], "do": "reject"}, follow=True)
    assert "Choose a reason from the list." in answer.content.decode()
    assert states() == ["unreviewed"]


def test_the_list_of_files_shows_what_it_approves(moderator: User) -> None:
    files = FileFactory.create_batch(2)
    sent = {"action": "approve_chosen", "_selected_action": [str(file.pk) for file in files]}
    client = client_of(moderator)
    text = client.post(LIST, sent).content.decode()
    assert all(value(file) in text for file in files)
    assert states() == ["unreviewed", "unreviewed"]
    client.post(CHOSEN, {"file": [value(file) for file in files], "do": "approve", "next": LIST})
    assert states() == ["approved", "approved"]


def test_what_is_edited_while_the_list_asks_is_not_approved(moderator: User) -> None:
    file = FileFactory.create()
    client = client_of(moderator)
    client.post(LIST, {"action": "approve_chosen", "_selected_action": [str(file.pk)]})
    looked_at = value(file)
    edit(file, Edits(flip=True))
    answer = client.post(CHOSEN, {"file": [looked_at], "do": "approve", "next": LIST}, follow=True)
    assert "since you looked" in answer.content.decode()
    assert states() == ["unreviewed"]


def test_the_list_of_files_asks_for_the_reason_before_it_rejects(moderator: User) -> None:
    file = FileFactory.create(original_filename="<b>harbour</b>.jpg")
    client = client_of(moderator)
    asked = client.post(LIST, {"action": "reject_chosen", "_selected_action": [str(file.pk)]})
    text = asked.content.decode()
    assert "&lt;b&gt;harbour" in text
    assert value(file) in text
    assert states() == ["unreviewed"]
    sent = {"file": [value(file)], "do": "reject", "reason": "hate", "next": LIST}
    assert client.post(CHOSEN, sent)["Location"] == LIST
    assert states() == ["rejected"]


def test_too_many_across_all_pages_are_not_decided_on(
    moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uploads_app.admin.bulk.AT_ONCE", 2)
    files = FileFactory.create_batch(3)
    sent = {"action": "approve_chosen", "select_across": "1", "_selected_action": [str(files[0].pk)]}
    answer = client_of(moderator).post(LIST, sent, follow=True)
    assert "At most 2 files" in answer.content.decode()
    assert states() == ["unreviewed"] * 3


@pytest.mark.parametrize("action", ["approve_chosen", "reject_chosen", "render_again"])
def test_the_list_offers_viewers_no_action_and_takes_none(viewer: User, action: str) -> None:
    file = FileFactory.create(rendering="done")
    client = client_of(viewer)
    assert action not in client.get(LIST).content.decode()
    client.post(LIST, {"action": action, "_selected_action": [str(file.pk)]})
    file.refresh_from_db()
    assert (file.moderation, file.rendering) == ("unreviewed", "done")
