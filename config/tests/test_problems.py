"""Every error under /api/ is a problem document, whoever made it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from rest_framework.test import APIClient

from config.errors import STATUS
from uploads_app import errors
from uploads_app.images import errors as image_errors
from uploads_app.storage.errors import StorageAway
from users.models import User

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], APIClient]


def assert_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["code"] == code
    assert document["type"]
    assert document["title"]
    assert document["detail"].strip()
    return document


@pytest.mark.parametrize(
    "path", ["/api/", "/api/nothing", "/api/upload/x", "/api/upload/my-files/x", "/api/upload//"]
)
def test_an_address_that_is_not_there_is_404(visitor: APIClient, path: str) -> None:
    assert_problem(visitor.get(path), 404, "not_found")


@pytest.mark.parametrize("path", ["/api/upload/my-files/", "/api/upload/usage", "/api/users/me/export"])
def test_a_method_that_is_not_there_is_405_and_says_which_are(
    owner: User, signed_in: SignedIn, path: str
) -> None:
    answer = signed_in(owner).delete(path)
    assert_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_a_body_that_is_no_json_is_400(visitor: APIClient) -> None:
    answer = visitor.generic("POST", "/api/auth/token", "{", content_type="application/json")
    assert_problem(answer, 400, "invalid")


@pytest.mark.parametrize("charset", ["bz2_codec", "zlib_codec", "rot13", "utf-7", "nonsense"])
def test_a_body_in_a_strange_encoding_is_400_or_415(visitor: APIClient, charset: str) -> None:
    answer = visitor.generic(
        "POST", "/api/auth/token", "{}", content_type=f"application/json; charset={charset}"
    )
    assert answer.status_code in (400, 415)
    assert_problem(answer, answer.status_code, answer.json()["code"])


def test_a_field_error_says_which_field(owner: User, signed_in: SignedIn) -> None:
    answer = signed_in(owner).patch("/api/users/me", {"display_name": "x" * 1000}, format="json")
    document = assert_problem(answer, 400, "invalid")
    assert [error["field"] for error in document["errors"]] == ["display_name"]
    assert all(error["code"] and error["detail"] for error in document["errors"])


def test_an_unforeseen_fault_is_500_without_its_story(
    owner: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("secret inner detail")

    monkeypatch.setattr("uploads_app.api.files.usage_of", fail)
    client = signed_in(owner)
    client.raise_request_exception = False
    answer = client.get("/api/upload/usage")
    assert_problem(answer, 500, "error")
    assert b"secret" not in answer.content


@pytest.mark.parametrize("fault", [OperationalError("gone"), StorageAway("gone")])
def test_a_service_that_is_away_is_503_with_retry_after(
    owner: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(*args: object) -> None:
        raise fault

    monkeypatch.setattr("uploads_app.api.files.usage_of", fail)
    answer = signed_in(owner).get("/api/upload/usage")
    assert_problem(answer, 503, "unavailable")
    assert int(answer["Retry-After"]) > 0


def test_the_session_cookie_is_a_credential_with_csrf_protection(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.get("/api/upload/usage").status_code == 200
    answer = client.put("/api/upload/profile/set", {"file_id": None}, content_type="application/json")
    assert_problem(answer, 403, "permission_denied")


def test_pages_outside_the_api_keep_their_own_errors(client: Client) -> None:
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert "json" not in answer["Content-Type"]


def _codes(base: type[Any]) -> set[str]:
    return {base.code} | {code for child in base.__subclasses__() for code in _codes(child)}


def test_every_domain_error_has_its_status() -> None:
    found = _codes(errors.VitrineError)
    for child in image_errors.ImageError.__subclasses__():
        found |= _codes(child)
    assert found <= STATUS.keys()


def test_a_long_accept_header_costs_nothing(visitor: APIClient) -> None:
    many = ",".join("a/b" + ";" * 200 for _ in range(200))
    assert visitor.get("/api/upload/config", headers={"Accept": many}).status_code == 200
