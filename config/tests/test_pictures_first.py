"""Bytes of pictures take the short way: nothing of the long one's is lost with it."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, store_bytes
from users.models import Session, User


@pytest.fixture
def file(owner: User) -> UploadedFile:
    file = FileFactory.create(owner=owner)
    store_bytes(file)
    return file


@pytest.fixture
def pages(owner: User) -> Client:
    """The owner's browser."""
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_session_opens_one_s_own_at_two_queries_and_is_not_touched(
    file: UploadedFile, pages: Client, django_assert_num_queries: Any
) -> None:
    before = Session.objects.get()
    with django_assert_num_queries(2):
        answer = pages.get(f"/api/upload/{file.pk}")
    assert answer.status_code == 200
    assert not answer.cookies
    assert Session.objects.get().expire_date == before.expire_date


def test_the_site_s_own_headers_are_there(file: UploadedFile, pages: Client) -> None:
    answer = pages.get(f"/api/upload/{file.pk}")
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_it_redirects_to_tls_where_the_site_does(file: UploadedFile, pages: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    pages = Client(headers={"host": "localhost"})
    assert pages.get(f"/api/upload/{file.pk}").status_code == 301


@pytest.mark.parametrize("host", ["evil.example", "localhost:80:80", "\n"])
def test_a_name_that_is_not_ours_is_refused(file: UploadedFile, pages: Client, host: str) -> None:
    answer = pages.get(f"/api/upload/{file.pk}", headers={"host": host})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_errors_are_problem_documents_that_nobody_keeps(file: UploadedFile, visitor: APIClient) -> None:
    for path in ("", "/thumb.webp", "/thumb.gif", "/"):
        answer = visitor.get(f"/api/upload/{file.pk}{path}")
        assert answer.status_code in (401, 404)
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["Cache-Control"] == "no-store"


def test_what_nobody_foresaw_is_a_problem_document_too(
    file: UploadedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("config.middleware.serve_file", fail)
    answer = Client(raise_request_exception=False).get(f"/api/upload/{file.pk}")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer["Cache-Control"] == "no-store"


def test_other_methods_take_the_long_way(file: UploadedFile, owner: User, signed_in: Any) -> None:
    client = signed_in(owner)
    assert client.post(f"/api/upload/{file.pk}").status_code == 405
    assert client.delete(f"/api/upload/{file.pk}").status_code == 204
