"""The OpenAPI document says of gigs what the API does."""

from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from rest_framework.test import APIClient

from gigs.tests.factories import GigFactory
from uploads_app.tests.factories import FileFactory
from users.models import Profile, User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

OPERATIONS = {
    ("get", "/api/gigs"): {"200", "400", "401", "503"},
    ("post", "/api/gigs"): {"201", "400", "401", "403", "413", "415", "429", "503"},
    ("get", "/api/gigs/{gig_id}"): {"200", "401", "404", "503"},
    ("patch", "/api/gigs/{gig_id}"): {"200", "400", "401", "403", "404", "409", "413", "415", "429", "503"},
    ("delete", "/api/gigs/{gig_id}"): {"204", "401", "403", "404", "429", "503"},
    ("post", "/api/gigs/{gig_id}/publish"): {"200", "401", "403", "404", "409", "429", "503"},
    ("post", "/api/gigs/{gig_id}/unpublish"): {"200", "401", "403", "404", "429", "503"},
    ("get", "/api/buddies/recommendations"): {"200", "400", "401", "503"},
    ("get", "/api/upload/gig-images/{gig_id}"): {"200", "401", "404", "503"},
    ("put", "/api/upload/gig-images/{gig_id}"): {
        "200", "400", "401", "403", "404", "409", "413", "415", "429", "503",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def document(django_db_setup: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        return APIClient().get("/api/schema").json()


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_each_call_tells_its_answers(document: Any, method: str, path: str) -> None:
    assert set(document["paths"][path][method]["responses"]) == OPERATIONS[method, path]


def test_the_bodies_have_the_names_of_the_contract(document: Any) -> None:
    schemas = document["components"]["schemas"]
    body = document["paths"]["/api/upload/gig-images/{gig_id}"]["put"]["requestBody"]

    [reference] = {content["schema"]["$ref"] for content in body["content"].values()}
    name = reference.rpartition("/")[2]
    assert name.startswith("GigImageUpdate")
    assert list(schemas[name]["properties"]) == ["file_ids", "crops"]
    upload = document["paths"]["/api/upload/gig"]["post"]["requestBody"]["content"]["multipart/form-data"][
        "schema"
    ]
    assert set(schemas[upload["$ref"].rpartition("/")[2]]["properties"]) == {"file", "alt_text", "gig_id"}


def validate(document: Any, answer: Any, method: str, path: str, status: str) -> None:
    content = document["paths"][path][method]["responses"][status]["content"]
    [media] = content.values()
    schema = closed({**media["schema"], "components": document["components"]})
    Draft202012Validator(schema).validate(answer)


def closed(schema: Any) -> Any:
    """The same schema, refusing properties that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value) for key, value in schema.items()}
    return {**found, "additionalProperties": False} if isinstance(found.get("properties"), dict) else found


def person_with_picture() -> User:
    user = UserFactory.create()
    Profile.objects.filter(user=user).update(image=FileFactory.create(owner=user))
    return user


def test_answers_are_just_what_the_document_says(
    document: Any, owner: User, signed_in: Callable[[User], APIClient]
) -> None:
    client = signed_in(owner)
    gig = GigFactory.create(owner=owner, tag_names=["a"], pictures=2)
    bare = GigFactory.create(owner=owner, published=False, pictures=0, price=None)
    one = "/api/gigs/{gig_id}"

    validate(document, client.get("/api/gigs").json(), "get", "/api/gigs", "200")
    for pk in (gig.pk, bare.pk):
        validate(document, client.get(f"/api/gigs/{pk}").json(), "get", one, "200")
    for other in (UserFactory.create(), person_with_picture()):
        GigFactory.create(owner=other, tag_names=["a"])
    found = client.get("/api/buddies/recommendations").json()
    assert len(found["results"]) == 2
    validate(document, found, "get", "/api/buddies/recommendations", "200")
    images = client.get(f"/api/upload/gig-images/{gig.pk}").json()
    validate(document, images, "get", "/api/upload/gig-images/{gig_id}", "200")
    validate(document, client.post("/api/gigs", {"title": "x"}).json(), "post", "/api/gigs", "201")
    validate(document, client.post("/api/gigs", {}).json(), "post", "/api/gigs", "400")
    validate(document, client.post(f"/api/gigs/{bare.pk}/publish").json(), "post", f"{one}/publish", "409")
    validate(document, client.get(f"/api/gigs/{10**9}").json(), "get", one, "404")
