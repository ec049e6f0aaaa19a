"""Errors outside of /api/ are pages, with the status and the words of the one table."""

from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from uploads_app import errors
from users.models import User

__all__ = ["handler400", "handler403", "handler404", "handler500"]  # Django looks for them here

_RAISED: dict[str, Exception] = {
    "unsigned": errors.NotAuthenticated(),
    "denied": errors.PermissionDenied(),
    "absent": errors.NotFound(),
    "conflict": errors.Conflict("The gig is full."),
    "throttled": errors.Throttled(7),
    "away": errors.Unavailable(retry_after=9),
    "broken": RuntimeError("secret words"),
}


def _raise(request: HttpRequest, kind: str) -> Any:
    if kind == "whose":
        return HttpResponse(f"{request.user}")
    raise _RAISED[kind]


urlpatterns = [*urlpatterns, path("raise/<str:kind>", _raise), path("folder/<str:kind>/", _raise)]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def page() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("denied", 403), ("absent", 404), ("conflict", 409), ("throttled", 429), ("away", 503)],
)
def test_a_domain_error_is_a_page_with_its_status(page: Client, kind: str, status: int) -> None:
    answer = page.get(f"/raise/{kind}")
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    assert answer["Cache-Control"] == "no-store"
    assert "<h1>" in answer.text


def test_the_page_says_what_the_error_says(page: Client) -> None:
    assert "The gig is full." in page.get("/raise/conflict").text


def test_who_was_too_quick_is_told_how_long_to_wait(page: Client) -> None:
    answer = page.get("/raise/throttled")
    assert answer["Retry-After"] == "7"
    assert "Try again in 7 seconds" in answer.text


def test_who_has_to_sign_in_is_sent_there_and_comes_back(page: Client) -> None:
    answer = page.get("/raise/unsigned?a=b")
    assert answer.status_code == 302
    assert answer["Location"] == "/login?next=%2Fraise%2Funsigned%3Fa%3Db"


def test_after_a_form_nobody_comes_back_to_an_address_that_only_takes_forms(page: Client) -> None:
    assert page.post("/raise/unsigned")["Location"] == "/login?next=%2F"


def test_what_nobody_foresaw_is_a_page_without_its_words(page: Client) -> None:
    answer = page.get("/raise/broken")
    assert answer.status_code == 500
    assert "<h1>Something broke</h1>" in answer.text
    assert "secret words" not in answer.text


def test_an_address_that_is_not_there_is_a_page(page: Client, owner: User) -> None:
    page.force_login(owner)
    answer = page.get("/nothing/at/all")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text


def test_a_page_without_its_final_slash_is_found(page: Client) -> None:
    answer = page.get("/folder/x?a=b")
    assert (answer.status_code, answer["Location"]) == (301, "/folder/x/?a=b")


def test_a_form_is_never_redirected_to_a_final_slash(page: Client) -> None:
    assert page.post("/folder/x").status_code == 404


def test_a_form_without_its_token_is_a_page_that_says_so() -> None:
    answer = Client(enforce_csrf_checks=True).post("/raise/absent")
    assert answer.status_code == 403
    assert "Load its page anew" in answer.text


def test_a_body_that_is_too_long_is_a_page(page: Client) -> None:
    too_long = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = page.post("/raise/absent", too_long, content_type="text/plain")
    assert answer.status_code == 413
    assert answer["Content-Type"].startswith("text/html")


def test_a_database_that_is_away_is_a_page_all_the_same(page: Client, owner: User) -> None:
    page.force_login(owner)

    def away(*_: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        answer = page.get("/folder/whose/")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "Not right now" in answer.text


@override_settings(DEBUG=False)
def test_errors_under_api_stay_problem_documents(page: Client) -> None:
    answer = page.get("/api/nothing")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_an_address_that_only_takes_forms_says_so(page: Client, owner: User) -> None:
    page.force_login(owner)
    answer = page.get("/logout")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer["Cache-Control"] == "no-store"
    assert "only when a form is sent to it" in answer.text


@pytest.mark.parametrize("redirecting", [False, True])
def test_a_name_that_is_not_ours_is_a_page_and_no_fault(
    page: Client, settings: Any, redirecting: bool
) -> None:
    settings.SECURE_SSL_REDIRECT = redirecting
    answer = page.get("/nothing", HTTP_HOST="elsewhere.example")
    assert answer.status_code == 400
    assert "That did not make sense" in answer.text
    assert "elsewhere.example" not in answer.text
