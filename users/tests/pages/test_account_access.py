"""Who gets what answer from the pages of accounts, and that no form is taken from another site."""

import pytest
from django.test import Client

from users.models import Buddy, User
from users.tests.factories import PASSWORD
from users.tests.pages.conftest import SignIn

pytestmark = pytest.mark.django_db

# What a visitor and who is signed in are answered to GET; each sees their own account alone.
PAGES = {
    "/register": (200, 302),
    "/login": (200, 302),
    "/logout": (405, 405),
    "/account/": (302, 200),
    "/account/picture": (302, 200),
    "/account/pictures": (302, 405),
    "/account/picture/remove": (302, 405),
    "/account/password": (302, 200),
    "/account/export": (302, 405),
    "/account/delete": (302, 200),
    "/password/reset": (200, 200),
    "/password/reset/sent": (200, 200),
    "/password/reset/MQ/a-b": (400, 400),
    "/people/stranger/buddy/add": (302, 405),
    "/people/stranger/buddy/remove": (302, 405),
}
FORMS = [path for path in PAGES if path not in ("/password/reset/sent", "/password/reset/MQ/a-b")]
FOR_VISITORS = ("/register", "/login", "/logout", "/password/reset")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_open_or_lead_to_the_login(
    path: str, browse: SignIn, owner: User, stranger: User, staff: User
) -> None:
    visitor, person = PAGES[path]
    assert [browse(who).get(path).status_code for who in (None, owner, staff)] == [visitor, person, person]


@pytest.mark.parametrize("path", ["/account/", "/account/picture", "/account/password", "/account/delete"])
def test_a_visitor_comes_back_after_logging_in(path: str, client: Client) -> None:
    assert client.get(path)["Location"] == f"/login?next={path}"


@pytest.mark.parametrize("path", [path for path in FORMS if path not in FOR_VISITORS])
def test_no_form_of_a_visitor_changes_anything(
    path: str, client: Client, owner: User, stranger: User
) -> None:
    answer = client.post(path, {"password": PASSWORD, "display_name": "x"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login?next=")
    assert User.objects.count() == 2
    assert not Buddy.objects.exists()


@pytest.mark.parametrize("path", FORMS)
def test_no_form_is_taken_without_its_token(path: str, owner: User, stranger: User) -> None:
    client = Client(enforce_csrf_checks=True)
    if path not in ("/register", "/login", "/password/reset"):
        client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(path, {"username": "owner", "email": "x@example.com", "password": PASSWORD})
    assert answer.status_code == 403
    assert User.objects.filter(pk=owner.pk).exists()
    assert not Buddy.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/account/",
        "/account/picture",
        "/account/password",
        "/account/delete",
        "/password/reset",
        "/password/reset/sent",
    ],
)
def test_pages_of_an_account_are_kept_by_no_shared_cache(path: str, page: Client) -> None:
    assert "private" in page.get(path)["Cache-Control"]


def test_one_sees_ones_own_account(browse: SignIn, owner: User, staff: User) -> None:
    assert "owner@example.com" in browse(owner).get("/account/").text
    assert "owner@example.com" not in browse(staff).get("/account/").text
