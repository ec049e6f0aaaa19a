"""The queue as staff see it: who may look, who may decide, and what a forged form can do (nothing)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from uploads_app.models import ModerationEvent, Report, UploadedFile
from uploads_app.services.moderation.appeal import appeal
from uploads_app.services.moderation.decide import Seen, approve, reject
from uploads_app.tests.factories import FileFactory, ready_rendition
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
QUEUE = "/admin/uploads_app/uploadedfile/queue/"
DECISIONS = ["approve", "reject", "undo"]
Browse = Callable[[str], Client]


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return FileFactory.create(owner=owner, original_filename="harbour.jpg")


@pytest.fixture
def superuser(db: None) -> User:
    return UserFactory.create(username="superuser", is_staff=True, is_superuser=True)


@pytest.fixture
def browse(request: pytest.FixtureRequest) -> Browse:
    """A browser in which somebody of the cast is logged in; "visitor" is nobody."""

    def client_of(who: str) -> Client:
        client = Client()
        if who != "visitor":
            client.force_login(request.getfixturevalue(who))
        return client

    return client_of


def at(name: str, file_id: UUID) -> str:
    return reverse(f"admin:uploads_app_queue_{name}", args=[file_id])


def form(file: UploadedFile, **more: str) -> dict[str, str]:
    return {"seen": str(Seen.of(UploadedFile.objects.get(pk=file.pk))), "reason": "spam"} | more


def state(file: UploadedFile) -> str:
    return UploadedFile.objects.get(pk=file.pk).moderation


LOOKS = {"visitor": 302, "stranger": 302, "owner": 302, "staff": 403, "viewer": 200, "moderator": 200}
LOOKS |= {"lead": 200, "superuser": 200}


@pytest.mark.parametrize(("who", "status"), LOOKS.items())
def test_staff_who_may_view_files_see_the_queue(
    file: UploadedFile, browse: Browse, who: str, status: int
) -> None:
    answer = browse(who).get(QUEUE)
    assert answer.status_code == status
    assert ("harbour.jpg" in answer.content.decode()) == (status == 200)


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("who", ["visitor", "stranger", "owner", "staff", "viewer"])
def test_a_forged_form_decides_nothing(
    file: UploadedFile, browse: Browse, moderator: User, who: str, decision: str
) -> None:
    if decision == "undo":
        approve(file_id=file.pk, by=moderator, seen=Seen.of(file))
    before = state(file)
    for headers in ({}, {"Accept": "application/json"}):
        answer = browse(who).post(at(decision, file.pk), form(file), headers=headers)
        assert answer.status_code == (403 if who in ("staff", "viewer") else 302)
        assert "harbour" not in answer.content.decode()
    assert state(file) == before


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("who", ["moderator", "lead", "superuser"])
def test_who_may_decide_does(
    file: UploadedFile, browse: Browse, request: pytest.FixtureRequest, who: str, decision: str
) -> None:
    if decision == "undo":
        approve(file_id=file.pk, by=request.getfixturevalue(who), seen=Seen.of(file))
    answer = browse(who).post(at(decision, file.pk), form(file, next=f"{QUEUE}?owner=x"))
    assert (answer.status_code, answer["Location"]) == (302, f"{QUEUE}?owner=x")
    assert state(file) == {"approve": "approved", "reject": "rejected", "undo": "unreviewed"}[decision]


def test_a_form_leads_nowhere_but_to_the_queue_and_the_list(file: UploadedFile, browse: Browse) -> None:
    client = browse("moderator")
    for target in ("//evil.example", "https://evil.example/", "/files/", f"{QUEUE}/../x", ""):
        answer = client.post(at("approve", file.pk), form(file, next=target))
        assert answer["Location"] == QUEUE, target


def test_viewers_see_no_button(file: UploadedFile, browse: Browse) -> None:
    text = browse("viewer").get(QUEUE).content.decode()
    assert "queue/chosen" not in text
    assert 'name="seen"' not in text
    assert 'name="seen"' in browse("moderator").get(QUEUE).content.decode()


def test_a_get_decides_nothing_and_a_post_needs_its_token(file: UploadedFile, browse: Browse) -> None:
    for decision in DECISIONS:
        assert browse("moderator").get(at(decision, file.pk), form(file)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browse("moderator").cookies
    assert strict.post(at("approve", file.pk), form(file)).status_code == 403
    assert state(file) == "unreviewed"


def test_a_script_is_told_the_state_and_its_number(file: UploadedFile, browse: Browse) -> None:
    answer = browse("moderator").post(
        at("reject", file.pk), form(file, note="See."), headers={"Accept": "application/json"}
    )
    assert answer.json() == {"file_id": str(file.pk), "state": "rejected", "serial": 1}
    assert UploadedFile.objects.get().moderation_note == "See."


def test_a_script_is_told_what_was_refused_by_the_table_of_errors(
    file: UploadedFile, browse: Browse, lead: User
) -> None:
    client, json = browse("moderator"), {"Accept": "application/json"}
    looked_at = form(file)
    approve(file_id=file.pk, by=lead, seen=Seen.of(file))
    told: dict[str, Any] = {
        "first": client.post(at("reject", file.pk), looked_at, headers=json),
        "gone": client.post(at("approve", uuid4()), looked_at, headers=json),
        "reason": client.post(at("reject", file.pk), form(file, reason="ugly"), headers=json),
        "token": client.post(at("approve", file.pk), {"seen": "x"}, headers=json),
    }
    assert {name: (answer.status_code, answer.json()["code"]) for name, answer in told.items()} == {
        "first": (409, "conflict"),
        "gone": (404, "not_found"),
        "reason": (400, "invalid"),
        "token": (400, "invalid"),
    }
    assert state(file) == "approved"


def test_a_plain_form_is_told_in_words_that_somebody_was_first(
    file: UploadedFile, browse: Browse, lead: User
) -> None:
    looked_at = form(file)
    approve(file_id=file.pk, by=lead, seen=Seen.of(file))
    answer = browse("moderator").post(at("reject", file.pk), looked_at, follow=True)
    assert "since you looked at it" in answer.content.decode()
    assert state(file) == "approved"


def test_nobody_is_offered_their_own_file(browse: Browse, moderator: User) -> None:
    own = FileFactory.create(owner=moderator)
    client = browse("moderator")
    text = client.get(QUEUE).content.decode()
    assert "somebody else to decide on" in text
    assert at("approve", own.pk) not in text
    assert client.post(at("approve", own.pk), form(own)).status_code == 403
    assert state(own) == "unreviewed"


@pytest.mark.parametrize(("who", "named"), [("moderator", False), ("viewer", False), ("lead", True)])
def test_reporters_are_named_to_leads_alone(
    file: UploadedFile, browse: Browse, who: str, named: bool
) -> None:
    reporter = UserFactory.create(username="tell-tale")
    Report.objects.create(file=file, reporter=reporter, reason="stolen", detail="It is from my site.")
    text = browse(who).get(QUEUE).content.decode()
    assert "It is from my site." in text
    assert ("tell-tale" in text) == named


def test_the_page_tells_what_a_moderator_should_know(browse: Browse, owner: User, moderator: User) -> None:
    file = FileFactory.create(owner=owner)
    reject(file_id=file.pk, by=moderator, seen=Seen.of(file), reason="spam", note="Looks like an ad.")
    appeal(owner=owner, file_id=file.pk, text="It is my own photograph.")
    text = browse("viewer").get(QUEUE).content.decode()
    for words in (
        "its owner appeals",
        "It is my own photograph.",
        "Looks like an ad.",
        "owner",
        "by moderator",
    ):
        assert words in text, words


def test_previews_are_renditions_and_never_the_stored_upload(file: UploadedFile, browse: Browse) -> None:
    bare = browse("viewer").get(QUEUE).content.decode()
    assert "Not rendered yet" in bare
    assert f"/api/upload/{file.pk}" not in bare
    for preset in ("w1280", "card"):
        ready_rendition(file, preset)
    text = browse("viewer").get(QUEUE).content.decode()
    assert f"/api/upload/{file.pk}/w1280.webp" in text
    assert f"/api/upload/{file.pk}/card.webp" in text
    assert f'/api/upload/{file.pk}"' not in text


def test_the_page_costs_the_same_few_queries_whatever_waits(browse: Browse) -> None:
    client = browse("moderator")

    def queries(rows: int) -> int:
        for number in range(rows):
            file = FileFactory.create(reports_open=1, queue_rank=2)
            Report.objects.create(file=file, reporter=UserFactory.create(), reason="spam")
            ready_rendition(file)
            ModerationEvent.objects.create(
                file=file, action="note", serial=number, from_state="unreviewed", to_state="unreviewed"
            )
        with CaptureQueriesContext(connection) as seen:
            assert client.get(QUEUE).status_code == 200
        return len(seen)

    few = queries(3)
    assert queries(57) == few
    assert 10 < few <= 15, few


def test_an_empty_queue_says_so(browse: Browse) -> None:
    assert "The queue is empty." in browse("viewer").get(QUEUE).content.decode()
    assert "The queue is empty." not in browse("viewer").get(QUEUE, {"owner": "x"}).content.decode()


@pytest.mark.parametrize(
    "query", [{"older": "x"}, {"reported": "-1"}, {"state": "odd"}, {"category": "odd"}, {"near": "odd"}]
)
def test_a_filter_that_makes_no_sense_narrows_nothing(
    file: UploadedFile, browse: Browse, query: dict[str, str]
) -> None:
    answer = browse("viewer").get(QUEUE, query)
    assert answer.status_code == 200
    assert "harbour.jpg" in answer.content.decode()


def test_filters_stay_in_the_links_to_further_pages(browse: Browse, owner: User) -> None:
    FileFactory.create_batch(30, owner=owner, category="gig")
    client = browse("viewer")
    answer = client.get(QUEUE, {"category": "gig", "state": "unreviewed"})
    following = answer.context["next"]
    assert "category=gig" in following
    assert len(client.get(following).context["rows"]) == 6
    assert client.get(QUEUE, {"cursor": "made up"}).status_code == 400


def test_hostile_names_are_shown_as_text(browse: Browse) -> None:
    hostile = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    FileFactory.create(original_filename=hostile, alt_text=hostile, caption=hostile)
    for who in ("viewer", "moderator"):
        text = browse(who).get(QUEUE).content.decode()
        assert "<img src=x" not in text
        assert "<script>alert" not in text


def test_the_index_leads_to_the_queue(browse: Browse) -> None:
    assert QUEUE in browse("viewer").get("/admin/").content.decode()
    assert QUEUE not in browse("staff").get("/admin/").content.decode()


@pytest.mark.parametrize("address", ["one", "chosen"])
def test_a_note_that_no_database_keeps_is_refused_in_words(
    file: UploadedFile, moderator: User, browse: Browse, address: str
) -> None:
    sent = form(file, note="a\0b", do="reject")
    sent["file"] = f"{file.pk} {sent['seen']}"
    path = at("reject", file.pk) if address == "one" else f"{QUEUE}chosen"
    answer = browse("moderator").post(path, sent, follow=True)
    assert "A note is plain text." in answer.content.decode()
    assert state(file) == "unreviewed"
