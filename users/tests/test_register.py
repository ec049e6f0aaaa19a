"""Making an account over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from users.models import Profile, User

GOOD = {"username": "anna", "email": "anna@example.com", "password": "correct horse battery"}


def register(**changes: Any) -> Any:
    body = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return APIClient(raise_request_exception=False).post("/api/auth/register", body)


def fields(answer: Any) -> set[str]:
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), answer.content
    return {error["field"] for error in answer.json()["errors"]}


def test_registering_makes_an_account_with_its_profile(db: None) -> None:
    answer = register()
    user = User.objects.get()

    assert answer.status_code == 201
    assert answer.json() == {"id": user.pk, "username": "anna", "email": "anna@example.com"}
    assert user.check_password(GOOD["password"])
    assert Profile.objects.get().user == user


@pytest.mark.parametrize(
    "name",
    [
        "is_staff", "is_superuser", "is_active", "id", "pk", "groups", "user_permissions", "date_joined",
        "last_login", "password_hash", "profile", "quota", "role", "is_public", "first_name", "last_name",
        "storage_usage", "logins", "uploaded_files", "auth_hash",
    ],
)  # fmt: skip
def test_what_is_not_asked_for_is_passed_over(db: None, name: str) -> None:
    assert register(**{name: 1}).status_code == 201
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert (user.first_name, user.last_login, user.groups.count()) == ("", None, 0)
    assert user.date_joined.year > 2000


@pytest.mark.parametrize(
    "username",
    [
        "", " ", "a b", "a/b", "../x", ".", "..", ".hidden", "-x", "+x", "me", "ME", "ä", "anna\n", "а" * 3,
        "a\u0000b", "a" * 151, None, [], {}, True, "anna\u202e", "x%2f", "x?", "x#", "<b>",
    ],
)  # fmt: skip
def test_usernames_that_addresses_or_people_would_stumble_over_are_refused(db: None, username: Any) -> None:
    if username == "anna\n":
        username = "an\nna"  # surrounding space is cut off
    assert "username" in fields(register(username=username))


@pytest.mark.parametrize("username", ["a", "A.b-c_d+e@f", "1", "_x", "a" * 150, "meow", "anna.jpg"])
def test_other_usernames_are_taken(db: None, username: str) -> None:
    assert register(username=username).status_code == 201


@pytest.mark.parametrize(
    "email",
    ["", "anna", "anna@", "@x.de", "a b@x.de", "a@x.de\nBcc: b@x.de", None, [], 1, "a" * 250 + "@x.de"],
)
def test_addresses_that_are_none_are_refused(db: None, email: Any) -> None:
    assert fields(register(email=email)) == {"email"}


@pytest.mark.parametrize(
    "password",
    [
        "",
        "seven77",
        "password1",
        "12345678901",
        "qwertyuiop",
        None,
        [],
        "annaanna@example",
        "a\u0000bcdefghijkl",
    ],
)
def test_weak_passwords_are_refused(db: None, password: Any) -> None:
    username = "annaanna"
    assert fields(register(password=password, username=username, email="annaanna@example.com")) == {
        "password"
    }
    assert not User.objects.exists()


def test_every_wrong_field_is_named_at_once(db: None) -> None:
    assert fields(register(username="a/b", email="x", password="")) == {"username", "email", "password"}


@pytest.mark.parametrize(
    "password", ["x y" * 20 + "aB3!", "  spaces around  ", "pässwörd ☃ lang", "p" * 7 + "Qz"]
)
def test_long_and_unusual_passwords_count_whole(db: None, password: str) -> None:
    assert register(password=password).status_code == 201
    user = User.objects.get()
    assert user.check_password(password)
    assert not user.check_password(password.strip()[:-1])
    assert password.strip() == password or not user.check_password(password.strip())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "other@example.com"}, "username"),
        ({"email": "other@example.com", "username": "ANNA"}, "username"),
        ({"username": "other"}, "email"),
        ({"username": "other", "email": "ANNA@Example.com"}, "email"),
    ],
)
def test_what_is_taken_in_any_case_is_refused(db: None, changes: dict[str, str], field: str) -> None:
    register()
    assert fields(register(**changes)) == {field}
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_the_name() -> None:
    def attempt(n: int) -> int:
        try:
            return int(
                register(email=f"anna{n}@example.com", username="anna" if n % 2 else "Anna").status_code
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        statuses = sorted(threads.map(attempt, range(6)))

    assert statuses == [201] + [400] * 5
    assert User.objects.count() == Profile.objects.count() == 1


def test_the_database_has_the_last_word(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from users.services import register as service

    register()
    answers = iter([[], [service.USERNAME_TAKEN]])  # free when asked, taken when written
    monkeypatch.setattr(service, "_taken", lambda _user: next(answers))
    assert fields(register(email="other@example.com")) == {"username"}


@pytest.mark.parametrize(
    "body", ["[]", "[[]]", '"x"', "1", "null", "{", "", "\ufeff{}", '{"username":' * 5000]
)
def test_a_body_that_is_no_object_is_400(db: None, body: str) -> None:
    client = APIClient(raise_request_exception=False)
    answer = client.post("/api/auth/register", body, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] == "invalid"


@pytest.mark.parametrize("make", ["create_user", "create_superuser", "create", "save"])
def test_every_way_to_make_a_person_makes_their_profile(db: None, make: str) -> None:
    match make:
        case "save":
            user = User(username="anna")
            user.save()
        case _:
            user = getattr(User.objects, make)(username="anna")
    assert user.profile == Profile.objects.get()
    user.save()
    assert Profile.objects.count() == 1


@pytest.mark.parametrize("body", ["[]", '"x"', "1", "null"])
def test_what_should_have_been_an_object_is_said(db: None, body: str) -> None:
    answer = APIClient().post("/api/auth/register", body, content_type="application/json")
    assert answer.json()["detail"] == "The body must be a JSON object."
