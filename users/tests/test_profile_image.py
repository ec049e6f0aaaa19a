"""Choosing the picture of one's profile: one's own, ready, and by its id or address here."""

import socket
import uuid
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from rest_framework.test import APIClient

from uploads_app.images.presets import PRESETS
from uploads_app.services.delete import delete_file
from uploads_app.tests.factories import FileFactory
from users.models import Profile, User

SignIn = Callable[[User], APIClient]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may ask another machine anything, not even for a name."""

    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise AssertionError("an outbound connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def choose(owner: User, signed_in: SignIn) -> Callable[..., Any]:
    client = signed_in(owner)
    return lambda **body: client.put("/api/upload/profile/set", body)


def picture_of(user: User) -> uuid.UUID | None:
    return Profile.objects.get(user=user).image_id


@pytest.mark.parametrize("category", ["profile", "gig", "general"])
def test_ones_own_ready_file_of_any_category_can_be_chosen(
    owner: User, choose: Callable[..., Any], category: str
) -> None:
    file = FileFactory.create(owner=owner, category=category)
    answer = choose(file_id=str(file.pk))

    assert answer.status_code == 200
    assert answer.json()["profile_image_url"] == f"/api/upload/{file.pk}"
    assert answer.json()["profile_image"].keys() == PRESETS.keys()
    assert picture_of(owner) == file.pk


@pytest.mark.parametrize(
    "template",
    [
        "/api/upload/{}",
        "/api/upload/{}/",
        "http://testserver/api/upload/{}",
        "https://TESTSERVER/api/upload/{}",
    ],
)
def test_the_address_of_ones_own_file_here_is_as_good_as_its_id(
    owner: User, choose: Callable[..., Any], template: str
) -> None:
    file = FileFactory.create(owner=owner)
    assert choose(profile_image_url=template.format(file.pk)).status_code == 200
    assert picture_of(owner) == file.pk


@pytest.mark.parametrize(
    "template",
    [
        "http://evil.example/api/upload/{}",
        "//evil.example/api/upload/{}",
        "//testserver/api/upload/{}",
        "http://testserver@evil.example/api/upload/{}",
        "http://evil.example@testserver/api/upload/{}",
        "http://testserver:81/api/upload/{}",
        "http://testserver.evil.example/api/upload/{}",
        "http://169.254.169.254/latest/meta-data",
        "http://testserver/api/upload/{}?x=1",
        "http://testserver/api/upload/{}#x",
        "http:/api/upload/{}",
        "https:///api/upload/{}",
        "ftp://testserver/api/upload/{}",
        "file:///api/upload/{}",
        "javascript:alert(1)//api/upload/{}",
        "data:image/png;base64,{}",
        "\\\\evil.example\\api\\upload\\{}",
        "/\\evil.example/api/upload/{}",
        "/api/upload/{}/w320.webp",
        "/api/upload/../upload/{}",
        "/api/upload/{}%00",
        "/api/upload/{}\n",
        "/api/upload/not-a-uuid",
        "/media/{}.jpg",
        "api/upload/{}",
        "{}",
        "http://[::1",
        "http://testserver/API/upload/{}",
        " /api/upload/{} x",
    ],
)
def test_other_addresses_are_refused_and_nobody_is_asked(
    owner: User, choose: Callable[..., Any], template: str
) -> None:
    file = FileFactory.create(owner=owner)
    if "\n" in template:
        template = template.replace("\n", "\nx")  # space around is cut off
    answer = choose(profile_image_url=template.format(file.pk))

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == ["profile_image_url"]
    assert picture_of(owner) is None


def test_null_takes_the_picture_away_and_keeps_the_file(owner: User, choose: Callable[..., Any]) -> None:
    file = FileFactory.create(owner=owner)
    choose(file_id=str(file.pk))
    answer = choose(file_id=None)

    assert answer.json() == {"profile_image_url": None, "profile_image": None}
    assert picture_of(owner) is None
    file.refresh_from_db()
    assert file.is_active


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"file_id": ""},
        {"file_id": "abc"},
        {"file_id": 10**40},
        {"file_id": []},
        {"file_id": {}},
        {"profile_image_url": ""},
        {"profile_image_url": None},
        {"profile_image_url": []},
        {"profile_image_url": "/x" * 2000},
        {"file_id": None, "profile_image_url": "/x"},
        {"image": "x"},
    ],
)
def test_bodies_that_say_nothing_clear_are_400(owner: User, choose: Callable[..., Any], body: Any) -> None:
    file = FileFactory.create(owner=owner)
    choose(file_id=str(file.pk))
    assert choose(**body).status_code == 400
    assert picture_of(owner) == file.pk


@pytest.mark.parametrize("by", ["file_id", "profile_image_url"])
@pytest.mark.parametrize("state", ["foreign", "unknown", "deleted", "purged", "failed"])
def test_files_that_are_not_ones_own_are_404_alike(
    owner: User, stranger: User, choose: Callable[..., Any], by: str, state: str
) -> None:
    match state:
        case "foreign":
            pk = FileFactory.create(owner=stranger).pk
        case "unknown":
            pk = uuid.uuid4()
        case _:
            pk = FileFactory.create(owner=owner, lifecycle=state).pk
    answer = choose(**{by: str(pk) if by == "file_id" else f"/api/upload/{pk}"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert picture_of(owner) is None


@pytest.mark.parametrize("state", [{"lifecycle": "pending"}, {"moderation": "rejected"}])
def test_files_that_cannot_be_shown_are_409(
    owner: User, choose: Callable[..., Any], state: dict[str, str]
) -> None:
    answer = choose(file_id=str(FileFactory.create(owner=owner, **state).pk))
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert picture_of(owner) is None


def test_another_ones_public_picture_is_not_ones_own(
    owner: User, stranger: User, choose: Callable[..., Any]
) -> None:
    theirs = FileFactory.create(owner=stranger)
    Profile.objects.filter(user=stranger).update(image=theirs)
    assert choose(file_id=str(theirs.pk)).status_code == 404


def test_staff_cannot_put_on_another_ones_picture_either(
    staff: User, stranger: User, signed_in: SignIn
) -> None:
    theirs = FileFactory.create(owner=stranger)
    answer = signed_in(staff).put("/api/upload/profile/set", {"file_id": str(theirs.pk)})
    assert answer.status_code == 404


def test_deleting_the_file_takes_it_off_the_profile(owner: User, choose: Callable[..., Any]) -> None:
    file = FileFactory.create(owner=owner)
    choose(file_id=str(file.pk))
    delete_file(file)
    assert picture_of(owner) is None


def test_a_chosen_picture_is_public_with_its_profile(
    owner: User, choose: Callable[..., Any], visitor: APIClient
) -> None:
    file = FileFactory.create(owner=owner)
    choose(file_id=str(file.pk))
    assert visitor.get("/api/users/owner").json()["profile_image_url"] == f"/api/upload/{file.pk}"


def test_without_credentials_nothing_can_be_chosen(visitor: APIClient, db: None) -> None:
    assert visitor.put("/api/upload/profile/set", {"file_id": None}).status_code == 401
