"""Staff find, look at and delete files in the admin; nothing is added or changed there."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gigs.models import GigImage
from gigs.tests.factories import GigFactory
from uploads_app.models import Report, UploadedFile
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/uploads_app/uploadedfile/"


def page(file: UploadedFile, name: str = "change") -> str:
    return reverse(f"admin:uploads_app_uploadedfile_{name}", args=[file.pk])


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(UserFactory.create(username="root", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def viewer(staff: User) -> Client:
    """Staff who may look at files and nothing more."""
    staff.user_permissions.add(Permission.objects.get(codename="view_uploadedfile"))
    client = Client()
    client.force_login(staff)
    return client


def test_files_are_listed_with_previews_and_no_query_per_row(root: Client) -> None:
    from django.db import connection

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            answer = root.get(LIST)
        assert answer.content.decode().count('loading="lazy"') == UploadedFile.objects.count()
        return len(seen)

    FileFactory.create_batch(3)
    few = queries()
    FileFactory.create_batch(30)
    assert queries() == few


@pytest.mark.parametrize("by", ["name", "owner", "id", "sha256"])
def test_a_file_is_found_by_what_is_known_of_it(root: Client, by: str) -> None:
    wanted = FileFactory.create(
        original_filename="harbour.jpg", owner=UserFactory.create(username="ada"), sha256="ab" * 32
    )
    FileFactory.create(original_filename="other.jpg")
    asked = {"name": "arbour", "owner": "ada", "id": str(wanted.pk), "sha256": wanted.sha256}[by]
    text = root.get(LIST, {"q": asked}).content.decode()
    assert "harbour.jpg" in text
    assert "other.jpg" not in text


def test_a_files_page_shows_its_picture_and_facts(root: Client) -> None:
    file = FileFactory.create(removed_metadata=["gps"])
    ready_rendition(file, "w640")
    text = root.get(page(file)).content.decode()
    assert f'src="/api/upload/{file.pk}/w640.webp?v=' in text
    assert "gps" in text


def test_nothing_is_added_or_changed_by_forged_forms(root: Client) -> None:
    file = FileFactory.create(moderation="unreviewed")
    assert root.get(f"{LIST}add/").status_code == 403
    assert root.post(f"{LIST}add/", {"category": "gig"}).status_code == 403
    forged = {"moderation": "approved", "_save": "Save", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1"}
    assert root.post(page(file), forged).status_code == 403
    root.post(LIST, forged | {"form-0-id": str(file.pk), "form-0-moderation": "approved"})
    file.refresh_from_db()
    assert file.moderation == "unreviewed"
    assert UploadedFile.objects.count() == 1


def test_deleting_one_goes_through_the_service_even_when_it_is_in_use(
    root: Client, django_capture_on_commit_callbacks: Any
) -> None:
    file = FileFactory.create()
    gig = GigFactory.create(owner=file.owner)
    GigImage.objects.create(gig=gig, file=file, position=9)
    stored = store_bytes(file)
    asked = root.get(page(file, "delete"))
    assert asked.status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert root.post(page(file, "delete"), {"post": "yes"}).status_code == 302
    file.refresh_from_db()
    assert file.lifecycle == "purged"
    assert not stored.exists()
    assert not GigImage.objects.filter(file=file).exists()


def test_deleting_many_goes_through_the_service(root: Client) -> None:
    files = FileFactory.create_batch(3)
    stored = [store_bytes(file) for file in files]
    chosen: dict[str, Any] = {"action": "delete_selected", "_selected_action": [str(f.pk) for f in files[:2]]}
    root.post(LIST, chosen | {"post": "yes"})
    assert [path.exists() for path in stored] == [False, False, True]


def test_staff_who_may_only_look_cannot_delete(viewer: Client) -> None:
    file = FileFactory.create()
    stored = store_bytes(file)
    assert viewer.get(LIST).status_code == 200
    assert viewer.get(page(file)).status_code == 200
    assert viewer.post(page(file, "delete"), {"post": "yes"}).status_code == 403
    viewer.post(LIST, {"action": "delete_selected", "_selected_action": [str(file.pk)], "post": "yes"})
    assert stored.exists()


def test_people_who_are_not_staff_are_kept_out(owner: User) -> None:
    client = Client()
    client.force_login(owner)
    assert client.get(LIST).status_code == 302
    assert "/admin/login/" in client.get(LIST)["Location"]


def test_a_name_with_markup_is_shown_as_text(root: Client) -> None:
    FileFactory.create(
        original_filename="<script>alert(1)</script>.jpg", alt_text='"><img src=x onerror=alert(1)>'
    )
    text = root.get(LIST).content.decode()
    assert "<script>alert(1)</script>" not in text
    assert "<img src=x" not in text


def test_reports_are_shown_to_staff_with_no_query_per_row_and_cannot_be_changed(root: Client) -> None:
    from django.db import connection

    url, words = "/admin/uploads_app/report/", "<b>Telling</b> words"

    def queries(rows: int) -> int:
        for _ in range(rows):
            person = UserFactory.create()
            Report.objects.create(file=FileFactory.create(), reporter=person, reason="spam", detail=words)
        with CaptureQueriesContext(connection) as seen:
            text = root.get(url).content.decode()
        assert all(name in text for name in Report.objects.values_list("reporter__username", flat=True))
        assert "&lt;b&gt;Telling&lt;/b&gt; words" in text
        return len(seen)

    assert queries(2) == queries(10)
    one = Report.objects.all()[0].pk
    for address in (f"{url}add/", f"{url}{one}/change/", f"{url}{one}/delete/"):
        assert root.post(address, {"post": "yes", "reason": "other"}).status_code == 403
    assert set(Report.objects.values_list("reason", flat=True)) == {"spam"}


def test_reports_are_not_for_staff_without_the_permission(viewer: Client) -> None:
    assert viewer.get("/admin/uploads_app/report/").status_code == 403
