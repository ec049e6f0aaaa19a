"""A takedown hides a file, ends its links for good, and proves it by what its addresses answer."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from rest_framework.test import APIClient

from gigs.models import GigImage
from gigs.tests.factories import GigFactory
from uploads_app.errors import Conflict, Invalid, PermissionDenied, Unavailable
from uploads_app.models import ModerationEvent, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.moderation import proof
from uploads_app.services.moderation.decide import Seen, approve
from uploads_app.services.moderation.proof import prove
from uploads_app.services.moderation.takedown import evidence_document, take_down
from uploads_app.services.share import share
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from uploads_app.tests.moderation.cdn import Hook
from uploads_app.tests.moderation.staff import browser
from uploads_app.worker import queue
from users.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/uploads_app/moderationevent/"


@pytest.fixture
def file(owner: User) -> UploadedFile:
    """A picture that everybody sees, in one size as well, and in one of before."""
    file = FileFactory.create(owner=owner, sha256="ab" * 32)
    store_bytes(file)
    GigImage.objects.create(gig=GigFactory.create(owner=owner), file=file, position=7)
    ready_rendition(file)
    ready_rendition(file, digest="f" * 20, state="retired", retired_at=timezone.now())
    return file


def down(file: UploadedFile, by: User) -> ModerationEvent:
    seen = Seen.of(UploadedFile.objects.get(pk=file.pk))
    return take_down(file_id=file.pk, by=by, seen=seen, reason="stolen", note="By letter.")


def evidence() -> ModerationEvent:
    return ModerationEvent.objects.filter(action="evidence").latest("pk")


def test_it_rejects_and_tells_why(file: UploadedFile, lead: User, visitor: APIClient) -> None:
    assert visitor.get(f"/api/upload/{file.pk}").status_code == 200
    event = down(file, lead)

    assert visitor.get(f"/api/upload/{file.pk}").status_code == 401
    file.refresh_from_db()
    assert (file.moderation, file.moderation_reason, file.moderation_note) == (
        "rejected",
        "stolen",
        "By letter.",
    )
    assert (event.action, event.actor_name, event.to_state) == ("takedown", "lead", "rejected")


def test_its_links_end_for_good_also_if_it_is_approved_later(
    file: UploadedFile, owner: User, lead: User, visitor: APIClient
) -> None:
    GigImage.objects.filter(file=file).delete()
    link = f"/api/upload/{file.pk}?share={share(file.pk, 3600).token}"
    assert visitor.get(link).status_code == 200
    down(file, lead)
    file.refresh_from_db()
    approve(file_id=file.pk, by=lead, seen=Seen.of(file))

    assert visitor.get(link).status_code == 401
    client = APIClient()
    client.force_login(owner)
    fresh = share(file.pk, 3600, file.share_epoch).token
    assert visitor.get(f"/api/upload/{file.pk}?share={fresh}").status_code == 200


def test_every_address_is_asked_for_and_none_shows_it(file: UploadedFile, lead: User) -> None:
    event = down(file, lead)
    prove(event.pk)

    kept = evidence().evidence
    assert (kept["verdict"], kept["still_shown"], kept["way"]) == ("all hidden", [], "in process")
    asked = [one["path"] for one in kept["answers"]]
    assert asked[0] == f"/api/upload/{file.pk}"
    assert any(path.endswith("/card.webp") for path in asked)
    assert any("v=" + "f" * 20 in path for path in asked)
    assert sum("share=" in path for path in asked) > 1
    for one in kept["answers"]:
        assert one.keys() == {"path", "at", "status", "content_type", "length", "sha256"}
        assert one["status"] == 401
        assert one["content_type"] == "application/problem+json"


def test_what_is_still_shown_is_told(file: UploadedFile, lead: User, monkeypatch: pytest.MonkeyPatch) -> None:
    event = down(file, lead)
    UploadedFile.objects.update(moderation="approved")  # as if something went on serving it
    monkeypatch.setattr(proof, "is_showable", lambda _: False)
    with pytest.raises(Unavailable):
        prove(event.pk)

    assert evidence().evidence["verdict"] == "still shown"
    assert f"/api/upload/{file.pk}" in evidence().evidence["still_shown"]


def test_a_file_that_was_approved_again_is_not_asked_for(file: UploadedFile, lead: User) -> None:
    event = down(file, lead)
    file.refresh_from_db()
    approve(file_id=file.pk, by=lead, seen=Seen.of(file))
    prove(event.pk)
    assert evidence().evidence["verdict"] == "shown again since"
    prove(event.pk)
    assert ModerationEvent.objects.filter(action="evidence").count() == 1


def test_a_file_that_was_deleted_meanwhile_is_proven_gone(file: UploadedFile, lead: User) -> None:
    event = down(file, lead)
    delete_file(file)
    prove(event.pk)
    assert evidence().evidence["verdict"] == "all hidden"


def test_what_was_proven_is_not_proven_again(file: UploadedFile, lead: User) -> None:
    event = down(file, lead)
    prove(event.pk)
    prove(event.pk)
    assert ModerationEvent.objects.filter(action="evidence").count() == 1


def test_the_document_names_file_person_and_answers(file: UploadedFile, lead: User) -> None:
    prove(down(file, lead).pk)
    document = evidence_document(evidence())
    assert json.loads(json.dumps(document)) == document
    assert (document["file_id"], document["sha256"]) == (str(file.pk), "ab" * 32)
    assert (document["taken_down"]["by"], document["taken_down"]["reason"]) == ("lead", "stolen")
    assert document["verdict"] == "all hidden"
    assert document["answers"]


def test_a_rejected_file_is_taken_down_as_well(file: UploadedFile, lead: User) -> None:
    UploadedFile.objects.update(moderation="rejected")
    assert down(file, lead).from_state == "rejected"


@pytest.mark.parametrize("who", ["stranger", "owner", "staff", "viewer", "moderator"])
def test_nobody_but_leads_takes_down(file: UploadedFile, request: pytest.FixtureRequest, who: str) -> None:
    with pytest.raises(PermissionDenied):
        down(file, request.getfixturevalue(who))
    assert not DBTaskResult.objects.filter(task_path__endswith="prove").exists()


def test_what_moved_on_or_has_no_reason_is_refused(file: UploadedFile, lead: User) -> None:
    with pytest.raises(Conflict):
        take_down(file_id=file.pk, by=lead, seen=Seen(9, 9), reason="spam")
    with pytest.raises(Invalid):
        take_down(file_id=file.pk, by=lead, seen=Seen.of(file), reason="ugly")
    assert not ModerationEvent.objects.exists()


@pytest.fixture
def hook(settings: Any) -> Iterator[Hook]:
    made = Hook()
    settings.VITRINE_CDN_PURGE_URL, settings.VITRINE_CDN_PURGE_TOKEN = made.url, "secret"
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_the_cdn_is_told_of_every_address(file: UploadedFile, lead: User, hook: Hook) -> None:
    event = down(file, lead)
    assert not hook.told  # the click does not wait for it
    prove(event.pk)
    [(token, body)] = hook.told
    assert token == "Bearer secret"
    assert body == {"paths": event.evidence["addresses"]}
    assert evidence().evidence["purge"]["status"] == 200
    assert "secret" not in json.dumps(evidence().evidence)


@pytest.mark.parametrize("failure", [500, 403, 302])
def test_a_cdn_that_refuses_is_kept_and_told_again(
    file: UploadedFile, lead: User, hook: Hook, failure: int
) -> None:
    hook.statuses = [failure]
    event = down(file, lead)
    with pytest.raises(Unavailable):
        prove(event.pk)
    assert (evidence().evidence["purge"]["status"], evidence().evidence["verdict"]) == (failure, "all hidden")
    prove(event.pk)
    assert len(hook.told) == 2
    assert evidence().evidence["purge"]["status"] == 200


def test_a_cdn_that_is_away_is_kept(file: UploadedFile, lead: User, settings: Any) -> None:
    settings.VITRINE_CDN_PURGE_URL = "http://127.0.0.1:1/purge"
    with pytest.raises(Unavailable):
        prove(down(file, lead).pk)
    assert "refused" in evidence().evidence["purge"]["error"]


def test_a_site_that_does_not_answer_proves_nothing(file: UploadedFile, lead: User, settings: Any) -> None:
    settings.VITRINE_PUBLIC_URL = "http://127.0.0.1:1"
    with pytest.raises(Unavailable):
        prove(down(file, lead).pk)
    assert evidence().evidence["verdict"] == "not all answered"
    assert "refused" in evidence().evidence["answers"][0]["error"]


@pytest.mark.parametrize(
    ("status", "verdict"), [(200, "still shown"), (301, "not all answered"), (503, "not all answered")]
)
def test_only_the_picture_is_called_shown_and_only_a_refusal_hidden(
    file: UploadedFile, lead: User, monkeypatch: pytest.MonkeyPatch, status: int, verdict: str
) -> None:
    answers = [{"path": "/one", "status": 404}, {"path": "/two", "status": status}]
    monkeypatch.setattr(proof, "visit", lambda _paths: answers)
    with pytest.raises(Unavailable):
        prove(down(file, lead).pk)
    assert evidence().evidence["verdict"] == verdict
    assert evidence().evidence["still_shown"] == (["/two"] if status == 200 else [])


@pytest.mark.parametrize("hosts", [[".example.org"], ["*", "example.org"]])
def test_a_site_that_is_named_with_its_subdomains_answers_in_process(
    file: UploadedFile, lead: User, settings: Any, hosts: list[str]
) -> None:
    settings.ALLOWED_HOSTS = hosts
    prove(down(file, lead).pk)
    assert evidence().evidence["verdict"] == "all hidden"


def test_pages_of_staff_do_not_fetch_the_proof(file: UploadedFile, lead: User, root: User) -> None:
    prove(down(file, lead).pk)
    client = browser(root)
    name = f'"{ModerationEvent._meta.db_table}"."evidence"'
    paths = (f"{file.pk}/change/", "queue/?state=rejected")
    for path in (*(f"/admin/uploads_app/uploadedfile/{one}" for one in paths), LIST):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        assert not [query["sql"] for query in queries if name in query["sql"]]


def test_the_task_is_queued_with_the_takedown_and_a_failed_one_comes_again(
    file: UploadedFile, lead: User, hook: Hook
) -> None:
    hook.statuses = [500]
    down(file, lead)
    task = queue.claim("worker")
    assert task is not None
    queue.run(task)
    task.refresh_from_db()
    assert task.status == "READY"
    assert task.run_after > timezone.now()


def test_a_worker_that_dies_between_leaves_it_to_the_next(
    file: UploadedFile, lead: User, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    down(file, lead)
    task = queue.claim("dead")

    def dies(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(proof, "visit", dies)
        queue.run(task)  # type: ignore[arg-type]  # there is one
    assert queue.requeue_of_the_dead() == 1
    again = queue.claim("living")
    assert again is not None
    queue.run(again)

    assert len(hook.told) == 2
    assert evidence().evidence["verdict"] == "all hidden"
