"""What people write about themselves, and who gets to read it."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from uploads_app.images.presets import PRESETS
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory
from users.models import Profile, User
from users.services.profile import completeness, update_profile

SignIn = Callable[[User], APIClient]
FULL = {"display_name": "Olga O.", "headline": "Paints", "bio": "Long\nstory", "location": "Riga"}


def give_picture(user: User, **kwargs: Any) -> UploadedFile:
    file = FileFactory.create(owner=user, category="profile", **kwargs)
    Profile.objects.filter(user=user).update(image=file)
    return file


def test_one_sees_ones_account_with_its_profile(owner: User, signed_in: SignIn) -> None:
    assert signed_in(owner).get("/api/users/me").json() == {
        "username": "owner",
        "email": "owner@example.com",
        "display_name": "",
        "headline": "",
        "bio": "",
        "location": "",
        "is_public": True,
        "profile_image_url": None,
        "profile_image": None,
        "completeness": {
            "percent": 0,
            "missing": ["display_name", "headline", "bio", "location", "profile_image"],
        },
    }


def test_one_changes_what_one_gives_and_nothing_else(owner: User, signed_in: SignIn) -> None:
    client = signed_in(owner)
    assert client.patch("/api/users/me", FULL).status_code == 200
    answer = client.patch("/api/users/me", {"headline": "Draws", "is_public": False}).json()

    assert {name: answer[name] for name in FULL} == FULL | {"headline": "Draws"}
    assert answer["is_public"] is False
    assert answer["completeness"] == {"percent": 80, "missing": ["profile_image"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("username", "root"), ("email", "x@example.com"), ("is_staff", True), ("is_superuser", True),
        ("is_active", False), ("password", "x"), ("id", 1), ("user", 1), ("user_id", 1), ("pk", 1),
        ("image", None), ("image_id", None), ("profile_image_url", "/x"), ("profile_image", None),
        ("groups", [1]), ("user_permissions", [1]), ("last_login", None), ("date_joined", None),
        ("completeness", {"percent": 100}), ("logins", []), ("profile", {"is_public": False}),
    ],
)  # fmt: skip
def test_what_is_not_ones_to_write_is_passed_over(
    owner: User, signed_in: SignIn, name: str, value: Any
) -> None:
    file = give_picture(owner)
    before = User.objects.filter(pk=owner.pk).values().get()

    answer = signed_in(owner).patch("/api/users/me", {name: value, "headline": "new"})

    assert answer.status_code == 200
    assert User.objects.filter(pk=owner.pk).values().get() == before
    profile = Profile.objects.get(pk=owner.pk)
    assert (profile.headline, profile.image_id, profile.is_public) == ("new", file.pk, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("display_name", "x" * 81), ("headline", "x" * 121), ("bio", "x" * 2001), ("location", "x" * 81),
        ("bio", "a\u0000b"), ("display_name", "two\nlines"), ("headline", "\x1b[31m"), ("bio", None),
        ("bio", []), ("bio", {}), ("is_public", None), ("is_public", "perhaps"), ("is_public", []),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(owner: User, signed_in: SignIn, name: str, value: Any) -> None:
    answer = signed_in(owner).patch("/api/users/me", {name: value})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [name]


def test_markup_is_kept_as_text(owner: User, signed_in: SignIn) -> None:
    text = "<script>alert(1)</script> & ☃ 𝄞"
    answer = signed_in(owner).patch("/api/users/me", {"bio": text})
    assert answer.json()["bio"] == text
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_without_credentials_there_is_no_me(visitor: APIClient, db: None, method: str) -> None:
    answer = getattr(visitor, method)("/api/users/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_needs_its_csrf_token_to_change_anything(owner: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/users/me").status_code == 200
    assert client.patch("/api/users/me", {"headline": "x"}).status_code == 403

    client.cookies["csrftoken"] = "c" * 32
    assert (
        client.patch("/api/users/me", {"headline": "x"}, headers={"x-csrftoken": "c" * 32}).status_code == 200
    )


def test_everybody_sees_a_public_profile_and_no_more_than_that(owner: User, visitor: APIClient) -> None:
    Profile.objects.filter(user=owner).update(**FULL)
    file = give_picture(owner)
    answer = visitor.get("/api/users/owner").json()
    assert answer.pop("profile_image").keys() == PRESETS.keys()
    assert answer == {
        "username": "owner",
        **FULL,
        "profile_image_url": f"/api/upload/{file.pk}",
    }


def test_a_profile_is_found_in_any_case(owner: User, visitor: APIClient) -> None:
    assert visitor.get("/api/users/OWNER").json()["username"] == "owner"


@pytest.mark.parametrize("reason", ["hidden", "disabled", "unknown"])
def test_hidden_disabled_and_unknown_people_answer_alike(
    owner: User, stranger: User, visitor: APIClient, signed_in: SignIn, reason: str
) -> None:
    if reason == "hidden":
        Profile.objects.filter(user=owner).update(is_public=False)
    if reason == "disabled":
        User.objects.filter(pk=owner.pk).update(is_active=False)
    name = "nobody" if reason == "unknown" else "owner"

    for client in (visitor, signed_in(stranger)):
        answer = client.get(f"/api/users/{name}")
        assert answer.status_code == 404
        assert answer.content == client.get("/api/users/never-was").content


def test_oneself_and_staff_see_a_hidden_profile(owner: User, staff: User, signed_in: SignIn) -> None:
    Profile.objects.filter(user=owner).update(is_public=False)
    file = give_picture(owner)
    for client in (signed_in(owner), signed_in(staff)):
        answer = client.get("/api/users/owner")
        assert answer.status_code == 200
        assert answer.json()["profile_image_url"] == f"/api/upload/{file.pk}"


def test_staff_see_a_disabled_account(owner: User, staff: User, signed_in: SignIn) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert signed_in(staff).get("/api/users/owner").status_code == 200


def test_a_rejected_picture_is_shown_to_its_owner_and_staff_alone(
    owner: User, stranger: User, staff: User, visitor: APIClient, signed_in: SignIn
) -> None:
    give_picture(owner, moderation="rejected")

    def shown(client: APIClient) -> bool:
        return client.get("/api/users/owner").json()["profile_image_url"] is not None

    assert [shown(client) for client in (visitor, signed_in(stranger))] == [False, False]
    assert [shown(client) for client in (signed_in(owner), signed_in(staff))] == [True, True]


@pytest.mark.parametrize(
    "name", ["%00", "a%00b", "..", "%2e%2e", "a%2fb", "%ff", "ä", "x" * 151, "a b", "'--"]
)
def test_names_that_nobody_can_have_are_404(db: None, name: str) -> None:
    client = APIClient(raise_request_exception=False)
    assert client.get(f"/api/users/{name}").status_code in (400, 404)


def test_a_public_profile_costs_three_queries(
    owner: User, visitor: APIClient, django_assert_num_queries: Any
) -> None:
    give_picture(owner)
    with django_assert_num_queries(3):  # the profile, its picture, the picture's renditions
        visitor.get("/api/users/owner")


def test_oneself_costs_four_queries(owner: User, signed_in: SignIn, django_assert_num_queries: Any) -> None:
    give_picture(owner)
    client = signed_in(owner)
    with django_assert_num_queries(4):  # who asks, and the three above
        client.get("/api/users/me")


def test_the_service_itself_writes_no_other_field(owner: User) -> None:
    update_profile(owner, {"headline": "new", "image_id": "x", "user_id": "5", "bio_html": "x"})
    assert Profile.objects.get().headline == "new"


def test_completeness_counts_blanks_as_missing() -> None:
    assert completeness(Profile(display_name="x", headline=" ", bio="\n")).percent == 20


def test_signed_in_others_cannot_write_here(owner: User, stranger: User, signed_in: SignIn) -> None:
    client = signed_in(stranger)
    for method in ("put", "patch", "delete", "post"):
        assert getattr(client, method)("/api/users/owner", {"headline": "x"}).status_code == 405
    assert Profile.objects.get(user=owner).headline == ""
