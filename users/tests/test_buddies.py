"""Choosing favourites among people, and taking them back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections, transaction
from rest_framework.test import APIClient

from uploads_app.errors import NotFound
from users.models import Buddy, Profile, User
from users.services import buddies
from users.services.buddies import add_buddy, remove_buddy
from users.services.deletion import delete_account
from users.services.profile import visible_profile
from users.tests.factories import BuddyFactory, UserFactory

SignIn = Callable[[User], APIClient]

ADD, REMOVE = "put", "delete"
CALLS = (ADD, REMOVE)


def hide(user: User, hidden: bool = True) -> None:
    Profile.objects.filter(user=user).update(is_public=not hidden)


def disable(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def chosen_by(person: User) -> list[str]:
    return list(Buddy.objects.filter(person=person).values_list("buddy__username", flat=True))


def test_a_buddy_is_added_and_taken_back(owner: User, stranger: User, signed_in: SignIn) -> None:
    client = signed_in(owner)

    answer = client.put("/api/buddies/stranger")
    assert (answer.status_code, answer.content) == (204, b"")
    assert chosen_by(owner) == ["stranger"]
    assert chosen_by(stranger) == []

    answer = client.delete("/api/buddies/stranger")
    assert (answer.status_code, answer.content) == (204, b"")
    assert chosen_by(owner) == []


def test_doing_it_twice_changes_nothing_more(owner: User, stranger: User, signed_in: SignIn) -> None:
    client = signed_in(owner)
    assert client.put("/api/buddies/stranger").status_code == 204
    before = Buddy.objects.values().get()
    assert client.put("/api/buddies/STRANGER/").status_code == 204
    assert Buddy.objects.values().get() == before

    assert [client.delete("/api/buddies/Stranger").status_code for _ in range(2)] == [204, 204]
    assert chosen_by(owner) == []


@pytest.mark.parametrize("call", CALLS)
def test_oneself_is_refused(owner: User, signed_in: SignIn, call: str) -> None:
    hide(owner)
    answer = getattr(signed_in(owner), call)("/api/buddies/Owner")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == ["username"]


def test_the_database_too_refuses_oneself(owner: User) -> None:
    with pytest.raises(IntegrityError, match="buddy_not_oneself"), transaction.atomic():
        BuddyFactory.create(person=owner, buddy=owner)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("reason", ["hidden", "disabled", "unknown"])
def test_hidden_disabled_and_unknown_people_answer_alike(
    owner: User, stranger: User, signed_in: SignIn, reason: str, call: str
) -> None:
    if reason == "hidden":
        hide(stranger)
    if reason == "disabled":
        disable(stranger)
    name = "nobody" if reason == "unknown" else "stranger"
    client = signed_in(owner)

    answer = getattr(client, call)(f"/api/buddies/{name}")
    assert answer.status_code == 404
    assert answer.content == getattr(client, call)("/api/buddies/never-was").content
    assert chosen_by(owner) == []


@pytest.mark.parametrize("withdraw", [hide, disable])
def test_one_who_has_hidden_since_can_be_taken_back_and_not_added(
    owner: User, stranger: User, signed_in: SignIn, withdraw: Callable[[User], None]
) -> None:
    BuddyFactory.create(person=owner, buddy=stranger)
    withdraw(stranger)
    client = signed_in(owner)

    assert client.put("/api/buddies/stranger").status_code == 404
    assert client.delete("/api/buddies/stranger").status_code == 204
    assert chosen_by(owner) == []
    assert client.delete("/api/buddies/stranger").status_code == 404


def test_taking_back_touches_nobody_elses(owner: User, stranger: User, staff: User) -> None:
    for person, buddy in ((owner, stranger), (staff, stranger), (stranger, owner), (owner, staff)):
        BuddyFactory.create(person=person, buddy=buddy)

    remove_buddy(person=owner, username="stranger")

    kept = set(Buddy.objects.values_list("person__username", "buddy__username"))
    assert kept == {("staff", "stranger"), ("stranger", "owner"), ("owner", "staff")}


@pytest.mark.parametrize("call", ["get /api/buddies", "put /api/buddies/owner", "delete /api/buddies/owner"])
def test_only_who_is_signed_in_has_buddies(
    owner: User, stranger: User, staff: User, visitor: APIClient, signed_in: SignIn, call: str
) -> None:
    method, path = call.split()
    disabled = UserFactory.create()
    clients = [visitor, signed_in(disabled), signed_in(stranger), signed_in(staff)]
    disable(disabled)

    statuses = [getattr(client, method)(path).status_code for client in clients]

    good = 200 if method == "get" else 204
    assert statuses == [401, 401, good, good]


@pytest.mark.parametrize("method", ["get", "post", "patch"])
def test_a_buddy_is_only_added_or_taken_back(
    owner: User, stranger: User, signed_in: SignIn, method: str
) -> None:
    assert getattr(signed_in(owner), method)("/api/buddies/stranger").status_code == 405


def test_a_session_needs_its_csrf_token(owner: User, stranger: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    assert client.put("/api/buddies/stranger").status_code == 403
    assert chosen_by(owner) == []


def test_no_account_takes_the_name_of_an_address(visitor: APIClient, db: None) -> None:
    body = {"username": "Recommendations", "email": "r@example.com", "password": "correct horse battery"}
    answer = visitor.post("/api/auth/register", body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["username"]


def test_an_ended_account_is_nobodys_buddy_and_has_none(owner: User, stranger: User) -> None:
    BuddyFactory.create(person=owner, buddy=stranger)
    BuddyFactory.create(person=stranger, buddy=owner)
    other = BuddyFactory.create()

    delete_account(stranger)

    assert Buddy.objects.get() == other


def at_once(*jobs: Callable[[], object]) -> list[BaseException | None]:
    """What each job raised, all of them having run beside each other."""

    def run(job: Callable[[], object]) -> BaseException | None:
        try:
            job()
        except Exception as error:
            return error
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


@pytest.mark.django_db(transaction=True)
def test_adding_somebody_many_times_at_once_makes_one_row() -> None:
    person = UserFactory.create()
    UserFactory.create(username="liked")

    raised = at_once(*[lambda: add_buddy(person=person, username="liked")] * 8)

    assert raised == [None] * 8
    assert chosen_by(person) == ["liked"]


@pytest.mark.django_db(transaction=True)
def test_an_account_that_ends_meanwhile_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    person, other = UserFactory.create(), UserFactory.create(username="leaving")

    def leaves_right_after(*args: object) -> Profile:
        found = visible_profile("leaving", person)
        delete_account(other)
        return found

    monkeypatch.setattr(buddies, "visible_profile", leaves_right_after)
    with pytest.raises(NotFound):
        add_buddy(person=person, username="leaving")
    assert not Buddy.objects.exists()
