"""Who gets what answer from the pages of files, and that no form is taken from another site."""

from collections.abc import Callable

import pytest
from django.test import Client

from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db
SignIn = Callable[[User | None], Client]

TO_LOGIN = 302
# method, path, what is sent; then the answers to visitor, stranger, staff and owner for a private file, and
# to stranger and staff for one that everybody sees in a gig.
PAGES = {
    "page": ("get", "/files/{id}/", {}, 404, 403, 200, 403),
    "save": ("post", "/files/{id}/", {"restore": "1"}, 404, 403, 302, 403),
    "share": ("post", "/files/{id}/share", {"expires_in": "3600"}, 404, 403, 200, 403),
}
METHODS = {
    "/files/": ("post", "put", "delete"),
    "/files/pictures": ("get", "put"),
    "/files/delete": ("put",),
    "/files/{id}/": ("put", "delete"),
    "/files/{id}/share": ("get", "put"),
}


@pytest.mark.parametrize("case", PAGES)
def test_a_file_has_its_page_for_its_owner_alone(
    case: str, browse: SignIn, owner: User, stranger: User, staff: User
) -> None:
    method, path, data, hidden, denied, shown, _ = PAGES[case]
    url = path.format(id=FileFactory.create(owner=owner).pk)
    found = [getattr(browse(who), method)(url, data).status_code for who in (None, stranger, staff, owner)]
    assert found == [TO_LOGIN, hidden, denied, shown]


@pytest.mark.parametrize("case", PAGES)
def test_who_sees_a_picture_in_use_is_told_that_it_is_not_theirs(
    case: str, browse: SignIn, owner: User, stranger: User, staff: User
) -> None:
    method, path, data, *_, denied = PAGES[case]
    file = GigFactory.create(owner=owner).images.get().file
    for who in (stranger, staff):
        assert getattr(browse(who), method)(path.format(id=file.pk), data).status_code == denied


def test_absent_and_private_files_are_told_in_the_same_words(
    browse: SignIn, owner: User, stranger: User
) -> None:
    private = FileFactory.create(owner=owner).pk
    absent = "00000000-0000-4000-8000-000000000000"
    for who in (None, stranger):
        one, other = (browse(who).get(f"/files/{each}/") for each in (private, absent))
        assert one.status_code == other.status_code
        assert one.text.partition("<main")[2] == other.text.partition("<main")[2]
        assert {*one.headers} == {*other.headers}


@pytest.mark.parametrize("path", ["/files/", "/files/delete"])
def test_a_visitor_is_sent_to_log_in_and_comes_back(path: str, browse: SignIn) -> None:
    answer = browse(None).get(path)
    assert answer.status_code == TO_LOGIN
    assert "next=" in answer["Location"]


def test_what_has_no_form_takes_none(page: Client, owner: User) -> None:
    file = FileFactory.create(owner=owner)
    for path, methods in METHODS.items():
        for method in methods:
            assert getattr(page, method)(path.format(id=file.pk)).status_code == 405, (path, method)


@pytest.mark.parametrize("path", ["/files/{id}/", "/files/{id}/share", "/files/delete", "/files/pictures"])
def test_no_form_is_taken_without_its_token(path: str, owner: User) -> None:
    file = FileFactory.create(owner=owner, edits={"flip": True})
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    data = {"restore": "1", "expires_in": "3600", "file": str(file.pk)}
    assert client.post(path.format(id=file.pk), data).status_code == 403
    file.refresh_from_db()
    assert file.lifecycle == UploadedFile.Lifecycle.READY
    assert file.edits


def test_pages_of_files_are_kept_by_no_shared_cache(page: Client, owner: User) -> None:
    file = FileFactory.create(owner=owner)
    for path in ("/files/", f"/files/{file.pk}/", f"/files/delete?file={file.pk}"):
        assert "private" in page.get(path)["Cache-Control"]
