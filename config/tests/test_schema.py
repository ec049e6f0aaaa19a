"""The OpenAPI document is complete, named after the contract's schemas, and true to what is sent."""

import re
from typing import Any

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from uploads_app.api.representation import metadata, picture, upload_response
from uploads_app.api.serializers import (
    FileMetadataSerializer,
    FileUploadResponseSerializer,
    PictureSerializer,
)
from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(visitor: APIClient) -> dict[str, Any]:
    found: dict[str, Any] = visitor.get("/api/schema").json()
    return found


def test_it_is_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")


@pytest.mark.parametrize(
    "name",
    [
        "FileUploadResponse",
        "FileMetadata",
        "ProfileImageUpdate",
        "GigImageUpdate",
        "ImageValidationConfig",
        "Problem",
    ],
)
def test_the_schemas_of_the_contract_are_there_by_name(schema: dict[str, Any], name: str) -> None:
    assert name in schema["components"]["schemas"]


def test_every_path_under_api_is_described(schema: dict[str, Any]) -> None:
    routes = {_as_openapi(str(route.pattern)) for route in get_resolver().url_patterns}
    routes = {route for route in routes if route.startswith("/api/")} - {"/api/schema", "/api/docs"}
    assert set(schema["paths"]) == routes


def _as_openapi(pattern: str) -> str:
    """A Django route as OpenAPI writes it: <uuid:file_id> and (?P<username>…) become {…}."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>.*\)\\Z", r"{\1\2}", pattern).lstrip("^")


def test_every_operation_names_its_errors_as_problem_documents(schema: dict[str, Any]) -> None:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            failures = {s: r for s, r in operation["responses"].items() if s >= "400"}
            assert failures, (path, method)
            for status, answer in failures.items():
                assert set(answer["content"]) == {"application/problem+json"}, (path, method, status)


def test_what_is_sent_has_the_fields_of_its_schema(owner: User) -> None:
    file = FileFactory.create(owner=owner)
    file.is_public = False  # type: ignore[attr-defined]  # an annotation in life
    assert picture(file).keys() == PictureSerializer().fields.keys()
    assert upload_response(file).keys() == FileUploadResponseSerializer().fields.keys()
    assert metadata(file, []).keys() == FileMetadataSerializer().fields.keys()


def test_the_docs_need_nothing_from_elsewhere(visitor: APIClient) -> None:
    text = visitor.get("/api/docs").content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert addresses
    assert all(address.startswith("/") for address in addresses)
    for address in addresses:
        assert visitor.get(address).status_code == 200
