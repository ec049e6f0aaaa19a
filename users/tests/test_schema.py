"""What the OpenAPI document says of people is what the answers hold."""

from collections.abc import Callable
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from users.api import serializers as shapes
from users.models import User
from users.tests.factories import BuddyFactory

OPERATIONS = {
    ("/api/auth/register", "post"): "auth_register",
    ("/api/auth/token", "post"): "auth_token",
    ("/api/auth/token/refresh", "post"): "auth_token_refresh",
    ("/api/auth/token/verify", "post"): "auth_token_verify",
    ("/api/auth/logout", "post"): "auth_logout",
    ("/api/users/me", "get"): "me_read",
    ("/api/users/me", "patch"): "me_update",
    ("/api/users/me", "delete"): "me_delete",
    ("/api/users/me/export", "get"): "me_export",
    ("/api/users/{username}", "get"): "profile_read",
    ("/api/buddies", "get"): "buddy_list",
    ("/api/buddies/{username}", "put"): "buddy_add",
    ("/api/buddies/{username}", "delete"): "buddy_remove",
    ("/api/upload/profile/set", "put"): "profile_image_set",
}

WITHOUT_A_BODY = {("/api/buddies/{username}", "put"), ("/api/buddies/{username}", "delete")}


@pytest.fixture(scope="module")
def document() -> Any:
    generator: Any = SchemaGenerator  # has no types
    return generator().get_schema(request=None, public=True)


@pytest.mark.parametrize("place", OPERATIONS)
def test_every_call_is_described(document: Any, place: tuple[str, str]) -> None:
    path, method = place
    operation = document["paths"][path][method]

    assert operation["operationId"] == OPERATIONS[place]
    assert ("requestBody" in operation) == (method != "get" and place not in WITHOUT_A_BODY)
    assert "503" in operation["responses"]
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            assert list(answer["content"]) == ["application/problem+json"]


def test_the_ways_to_sign_in_are_described(document: Any) -> None:
    schemes = document["components"]["securitySchemes"]
    assert schemes["bearer"]["scheme"] == "bearer"
    assert schemes["cookie"]["in"] == "cookie"


def test_answers_have_the_fields_that_are_described(
    owner: User, signed_in: Callable[[User], APIClient]
) -> None:
    client = signed_in(owner)
    body = {"username": "new", "email": "new@example.com", "password": "correct horse battery"}
    answers = {
        shapes.AccountCreatedSerializer: client.post("/api/auth/register", body),
        shapes.TokenPairSerializer: client.post("/api/auth/token", body),
        shapes.MyProfileSerializer: client.get("/api/users/me"),
        shapes.PublicProfileSerializer: client.get("/api/users/owner"),
        shapes.BuddyListSerializer: client.get("/api/buddies"),
        shapes.ProfileImageSerializer: client.put("/api/upload/profile/set", {"file_id": None}),
    }
    for shape, answer in answers.items():
        assert set(answer.json()) == set(shape().fields), shape
    BuddyFactory.create(person=owner)
    [buddy] = client.get("/api/buddies").json()["results"]
    assert set(buddy) == set(shapes.ListedPersonSerializer().fields)
