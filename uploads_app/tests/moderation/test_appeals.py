"""An appeal: the owner's one word against a rejection, by the API and by a form, to approval or denial."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from gigs.models import GigImage
from gigs.tests.factories import GigFactory
from uploads_app.models import Appeal, ModerationEvent, UploadedFile
from uploads_app.services.moderation.decide import Seen, approve, reject, undo
from uploads_app.services.moderation.withhold import withhold
from uploads_app.tests.factories import FileFactory, store_bytes
from users.models import User

SignIn = Callable[[User], APIClient]
NEW = {"moderation_reason": None, "moderation_note": "", "withheld": False, "appeal": None}


@pytest.fixture
def file(owner: User) -> UploadedFile:
    """A picture in a published gig."""
    file = FileFactory.create(owner=owner)
    store_bytes(file)
    GigImage.objects.create(gig=GigFactory.create(owner=owner), file=file, position=7)
    return file


def seen(file: UploadedFile) -> Seen:
    return Seen.of(UploadedFile.objects.get(pk=file.pk))


@pytest.fixture
def rejected(file: UploadedFile, moderator: User) -> UploadedFile:
    reject(file_id=file.pk, by=moderator, seen=seen(file), reason="stolen", note="See <b>the letter</b>.")
    return file


@pytest.fixture
def client(owner: User, signed_in: SignIn) -> APIClient:
    return signed_in(owner)


@pytest.fixture
def page(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def told(client: APIClient, file: UploadedFile) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/upload/{file.pk}/metadata").json()
    [listed] = [one for one in client.get("/api/upload/my-files").json()["results"] if one == found]
    return {name: listed[name] for name in (*NEW, "can_appeal", "moderation_status")}


def appeal(client: APIClient, file: UploadedFile, text: str = "It is mine.") -> Any:
    return client.post(f"/api/upload/{file.pk}/appeal", {"text": text})


def test_an_owner_is_told_state_reason_and_note(
    file: UploadedFile, client: APIClient, moderator: User
) -> None:
    assert told(client, file) == NEW | {"can_appeal": False, "moderation_status": "unreviewed"}
    reject(file_id=file.pk, by=moderator, seen=seen(file), reason="stolen", note="See the letter.")
    assert told(client, file) == {
        "moderation_status": "rejected",
        "moderation_reason": "stolen",
        "moderation_note": "See the letter.",
        "withheld": False,
        "appeal": None,
        "can_appeal": True,
    }


@pytest.mark.parametrize("why", ["reports", "near_copy", "check"])
def test_that_a_file_is_withheld_is_told_but_never_why(
    file: UploadedFile, client: APIClient, page: Client, why: str
) -> None:
    withhold(file, UploadedFile.Withheld(why), note="Near the picture of the letter.")
    assert told(client, file)["withheld"] is True
    texts = [page.get(path).content.decode() for path in ("/files/", f"/files/{file.pk}/")]
    texts.append(client.get(f"/api/upload/{file.pk}/metadata").content.decode())
    for text in texts:
        assert "near_copy" not in text
        assert "the letter" not in text
    assert "until staff have looked at it" in texts[1]


def test_a_legal_hold_is_told_as_withheld_alone(file: UploadedFile, client: APIClient, page: Client) -> None:
    UploadedFile.objects.filter(pk=file.pk).update(legal_hold=True)
    assert told(client, file)["withheld"] is True
    assert "legal" not in page.get(f"/files/{file.pk}/").content.decode().lower()


def test_an_appeal_is_looked_at_and_granted(
    rejected: UploadedFile, client: APIClient, visitor: APIClient, moderator: User
) -> None:
    answer = appeal(client, rejected)
    assert answer.status_code == 201
    assert answer.json() == told(client, rejected)["appeal"]
    assert (answer.json()["state"], answer.json()["text"]) == ("open", "It is mine.")
    now = told(client, rejected)
    assert (now["can_appeal"], now["withheld"], now["moderation_reason"]) == (False, True, "stolen")
    assert visitor.get(f"/api/upload/{rejected.pk}").status_code == 401

    approve(file_id=rejected.pk, by=moderator, seen=seen(rejected))
    now = told(client, rejected)
    assert (now["moderation_status"], now["appeal"]["state"]) == ("approved", "granted")
    assert (now["moderation_reason"], now["withheld"]) == (None, False)
    assert visitor.get(f"/api/upload/{rejected.pk}").status_code == 200


def test_a_denied_appeal_stands_and_there_is_no_second(
    rejected: UploadedFile, client: APIClient, moderator: User
) -> None:
    appeal(client, rejected)
    assert appeal(client, rejected).status_code == 409
    reject(file_id=rejected.pk, by=moderator, seen=seen(rejected), reason="spam", note="No.")
    now = told(client, rejected)
    assert (now["appeal"]["state"], now["can_appeal"], now["moderation_reason"]) == ("denied", False, "spam")
    assert appeal(client, rejected).status_code == 409
    assert Appeal.objects.count() == 1


def test_after_an_approval_there_is_room_for_another(
    rejected: UploadedFile, client: APIClient, moderator: User
) -> None:
    appeal(client, rejected)
    approve(file_id=rejected.pk, by=moderator, seen=seen(rejected))
    reject(file_id=rejected.pk, by=moderator, seen=seen(rejected), reason="spam")
    assert told(client, rejected)["can_appeal"] is True
    assert appeal(client, rejected, "Again.").status_code == 201
    assert told(client, rejected)["appeal"]["text"] == "Again."


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "  "}, {"text": None}, {"text": 5},
                                  {"text": "x" * 1001}, {"text": "a\0b"}])  # fmt: skip
def test_an_appeal_says_something(rejected: UploadedFile, client: APIClient, body: Any) -> None:
    answer = client.post(f"/api/upload/{rejected.pk}/appeal", body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["text"]
    assert not Appeal.objects.exists()


def test_only_what_is_rejected_is_appealed_for(file: UploadedFile, client: APIClient) -> None:
    assert appeal(client, file).status_code == 409
    assert not ModerationEvent.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("staff", 403), ("moderator", 403), (None, 401)]
)
def test_nobody_else_appeals(
    rejected: UploadedFile, request: pytest.FixtureRequest, signed_in: SignIn, who: str | None, status: int
) -> None:
    client = signed_in(request.getfixturevalue(who)) if who else APIClient()
    for body in ({"text": "It is mine."}, {}):
        assert client.post(f"/api/upload/{rejected.pk}/appeal", body).status_code == status
    assert not Appeal.objects.exists()


def test_appeals_are_counted_in_a_limit_of_their_own(
    rejected: UploadedFile, client: APIClient, page: Client, settings: Any
) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1.0
    settings.VITRINE_THROTTLE_RATES = settings.VITRINE_THROTTLE_RATES | {"appeal": "2/hour"}
    assert [appeal(client, rejected, "").status_code for _ in range(2)] == [400, 400]
    assert appeal(client, rejected).status_code == 429
    assert page.post(f"/files/{rejected.pk}/appeal", {"text": "x"}).status_code == 429
    assert client.patch("/api/users/me", {"headline": "x"}).status_code == 200


def test_a_list_asks_once_for_all_appeals(
    owner: User, client: APIClient, moderator: User, django_assert_num_queries: Any
) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            file = FileFactory.create(owner=owner)
            reject(file_id=file.pk, by=moderator, seen=seen(file), reason="spam")
            appeal(client, file)

    add(2)
    with django_assert_num_queries(6):
        client.get("/api/upload/my-files")
    add(4)
    with django_assert_num_queries(6):
        client.get("/api/upload/my-files")


def test_the_page_shows_reason_note_and_form(rejected: UploadedFile, page: Client) -> None:
    text = page.get(f"/files/{rejected.pk}/").content.decode()
    assert "Reason: it is somebody else&#x27;s work." in text
    assert "See &lt;b&gt;the letter&lt;/b&gt;." in text
    assert f'action="/files/{rejected.pk}/appeal#moderation"' in text
    assert "Make a link" not in text
    tile = page.get("/files/").content.decode()
    assert "Reason: it is somebody else&#x27;s work." in tile
    assert f'href="/files/{rejected.pk}/#moderation"' in tile


def test_the_form_round_trip(rejected: UploadedFile, page: Client, moderator: User) -> None:
    address = f"/files/{rejected.pk}/"
    answer = page.post(f"{address}appeal", {"text": "Mine,\r\nreally"}, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    text = answer.content.decode()
    assert "Your appeal is being looked at" in text
    assert "Send appeal" not in text
    assert Appeal.objects.get().text == "Mine,\nreally"

    reject(file_id=rejected.pk, by=moderator, seen=seen(rejected), reason="stolen")
    text = page.get(address).content.decode()
    assert "the rejection stands" in text
    assert "Send appeal" not in text
    again = page.post(f"{address}appeal", {"text": "Once more"}, follow=True)
    assert "appealed for this picture before" in again.content.decode()
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize("text", ["", " ", "x" * 1001, "\0"])
def test_a_form_that_is_not_right_is_shown_again(rejected: UploadedFile, page: Client, text: str) -> None:
    answer = page.post(f"/files/{rejected.pk}/appeal", {"text": text})
    assert answer.status_code == 400
    assert b"errorlist" in answer.content
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "staff", None])
def test_nobody_else_sends_the_form(
    rejected: UploadedFile, request: pytest.FixtureRequest, who: str | None
) -> None:
    client = Client(raise_request_exception=False)
    if who:
        client.force_login(request.getfixturevalue(who))
    answer = client.post(f"/files/{rejected.pk}/appeal", {"text": "x"})
    assert answer.status_code in (302, 403, 404)
    assert not Appeal.objects.exists()


def test_a_form_without_its_token_is_refused(rejected: UploadedFile, owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.post(f"/files/{rejected.pk}/appeal", {"text": "x"}).status_code == 403
    assert not Appeal.objects.exists()


def test_the_form_is_only_sent(rejected: UploadedFile, page: Client) -> None:
    assert page.get(f"/files/{rejected.pk}/appeal").status_code == 405


@pytest.mark.parametrize("answer", ["approve", "deny"])
def test_an_answer_that_is_taken_back_leaves_the_appeal_as_it_was(
    rejected: UploadedFile, client: APIClient, moderator: User, answer: str
) -> None:
    def state() -> str:
        return str(Appeal.objects.get().state)

    appeal(client, rejected)
    if answer == "approve":
        approve(file_id=rejected.pk, by=moderator, seen=seen(rejected))
    else:
        reject(file_id=rejected.pk, by=moderator, seen=seen(rejected), reason="stolen")
    undo(file_id=rejected.pk, by=moderator)
    assert state() == "open"

    reject(file_id=rejected.pk, by=moderator, seen=seen(rejected), reason="stolen")
    approve(file_id=rejected.pk, by=moderator, seen=seen(rejected))
    undo(file_id=rejected.pk, by=moderator)
    assert state() == "denied"
    assert appeal(client, rejected).status_code == 409
