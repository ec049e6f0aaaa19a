"""What the page of one file tells staff, and what it costs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gigs.tests.factories import GigFactory, GigImageFactory
from uploads_app.images.recipes import Edits
from uploads_app.models import BannedPicture, Report, UploadedFile
from uploads_app.services.edit import edit
from uploads_app.services.moderation import appeal, decide, notes
from uploads_app.services.moderation.decide import Seen
from uploads_app.tests.factories import FileFactory, ready_rendition, uploaded
from uploads_app.tests.moderation.pictures import lookalike
from uploads_app.tests.moderation.staff import browser
from users.models import User
from users.tests.factories import UserFactory

MOST_QUERIES = 25


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return FileFactory.create(owner=owner, sha256="ab" * 32)


def page(file: UploadedFile) -> str:
    return reverse("admin:uploads_app_uploadedfile_change", args=[file.pk])


def fresh(file: UploadedFile) -> UploadedFile:
    return UploadedFile.objects.get(pk=file.pk)


def text_of(client: Client, file: UploadedFile) -> str:
    answer = client.get(page(file), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_all_that_is_known_is_on_the_page(owner: User, moderator: User, lead: User, root: User) -> None:
    gig = GigFactory.create(owner=owner, title="Chairs by hand")
    file = FileFactory.create(owner=owner, removed_metadata=["gps"], caption="In the yard")
    GigImageFactory.create(gig=gig, file=file)
    Report.objects.create(file=file, reporter=moderator, reason="stolen", detail="Mine, really.")
    notes.add_note(file_id=file.pk, by=lead, text="Seen elsewhere.")
    decide.reject(file_id=file.pk, by=lead, seen=Seen.of(fresh(file)), reason="stolen", note="Not yours.")
    appeal.appeal(owner=owner, file_id=file.pk, text="It is mine.")

    text = text_of(browser(root), file)
    for words in (
        "In the yard", "where it was taken", "Chairs by hand", gig.get_absolute_url(), "Mine, really.",
        f"/admin/gigs/gig/{gig.pk}/change/", "Seen elsewhere.", "Not yours.", "It is mine.",
        f"/admin/users/user/{owner.pk}/change/", "Withheld: appeal", file.sha256,
    ):  # fmt: skip
        assert words in text, words


def test_the_record_of_its_owner_is_counted(owner: User, lead: User) -> None:
    from uploads_app.services.moderation.dossier import owner_record

    FileFactory.create(owner=owner, moderation="approved")
    rejected = FileFactory.create(owner=owner, moderation="rejected", reports_open=2)
    FileFactory.create(owner=owner, lifecycle="deleted", moderation="rejected")
    Report.objects.create(file=rejected, reporter=lead, reason="spam")
    FileFactory.create(moderation="rejected")
    for number, lifted in enumerate((None, None, timezone.now())):
        BannedPicture.objects.create(
            file=rejected, sha256=f"{number:064}", reason="spam", banned_by_name="lead", lifted_at=lifted
        )
    found = owner_record(owner)
    assert (found.files, found.approved, found.rejected) == (2, 1, 1)
    assert (found.open_reports, found.reports, found.bans) == (2, 1, 2)
    assert found.since == owner.date_joined


def test_a_step_is_downloaded_with_its_evidence(file: UploadedFile, moderator: User, viewer: User) -> None:
    event = decide.approve(file_id=file.pk, by=moderator, seen=Seen.of(file), note="fine")
    url = f"/admin/uploads_app/uploadedfile/{file.pk}/events/{event.pk}.json"
    answer = browser(viewer).get(url)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    told = answer.json()
    assert (told["by"], told["action"], told["sha256"]) == ("moderator", "approve", file.sha256)
    assert told["evidence"] == {"reports_open": 0}
    other = FileFactory.create()
    assert browser(viewer).get(url.replace(str(file.pk), str(other.pk))).status_code == 404


def test_the_whole_of_an_edited_picture_is_rendered_anew_for_staff_alone(
    owner: User, viewer: User, stranger: User
) -> None:
    file = uploaded(owner)
    edit(file, Edits(rotate=90))
    url = f"/admin/uploads_app/uploadedfile/{file.pk}/whole.webp"
    assert url in text_of(browser(viewer), file)
    answer = browser(viewer).get(url)
    assert answer["Content-Type"] == "image/webp"
    assert answer.content[8:12] == b"WEBP"
    assert "no-store" in answer["Cache-Control"]
    for who in (None, owner, stranger):
        assert browser(who).get(url).status_code == 302


def test_the_page_costs_as_much_with_a_long_history_as_with_none(owner: User, root: User) -> None:
    def queries(file: UploadedFile) -> int:
        client = browser(root)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page(file)).status_code == 200
        return len(seen)

    def told(rows: int, looks: int) -> UploadedFile:
        file = lookalike(looks, owner=owner)
        ready_rendition(file)
        for _ in range(rows):
            ready_rendition(lookalike(looks))
            GigImageFactory.create(gig=GigFactory.create(owner=owner), file=file)
            Report.objects.create(file=file, reporter=UserFactory.create(), reason="spam")
            notes.add_note(file_id=file.pk, by=root, text="Again.")
        return file

    few, many = queries(told(1, 0x0000_FFFF_0000_FFFF)), queries(told(12, 0x00FF_00FF_00FF_00FF))
    assert few == many <= MOST_QUERIES
