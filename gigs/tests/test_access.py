"""Who may do what with a gig: every call, every kind of person, drafts and published ones."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from users.models import User

pytestmark = pytest.mark.django_db

ClientFor = Callable[[User], APIClient]

CALLS: dict[str, tuple[str, str, object]] = {
    "read": ("get", "/api/gigs/{id}", None),
    "images": ("get", "/api/upload/gig-images/{id}", None),
    "change": ("patch", "/api/gigs/{id}", {"title": "Changed"}),
    "delete": ("delete", "/api/gigs/{id}", None),
    "publish": ("post", "/api/gigs/{id}/publish", None),
    "unpublish": ("post", "/api/gigs/{id}/unpublish", None),
    "arrange": ("put", "/api/upload/gig-images/{id}", {"file_ids": []}),
}
READS = ("read", "images")

# (person, state) -> (what reading answers, what changing answers; None: the call's own success)
EXPECTED: dict[tuple[str, str], tuple[int | None, int | None]] = {
    ("visitor", "published"): (None, 401),
    ("visitor", "draft"): (404, 401),
    ("stranger", "published"): (None, 403),
    ("stranger", "draft"): (404, 404),
    ("owner", "published"): (None, None),
    ("owner", "draft"): (None, None),
    ("staff", "published"): (None, 403),
    ("staff", "draft"): (None, 403),
    ("disabled", "published"): (401, 401),
    ("disabled", "draft"): (401, 401),
}
SUCCESS = {"delete": 204}


@pytest.fixture
def clients(
    owner: User, stranger: User, staff: User, visitor: APIClient, signed_in: ClientFor
) -> dict[str, APIClient]:
    found = {
        "visitor": visitor,
        "stranger": signed_in(stranger),
        "owner": signed_in(owner),
        "staff": signed_in(staff),
    }
    gone = User.objects.create_user("gone", "gone@example.com", "x")
    found["disabled"] = signed_in(gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    return found


def call(client: APIClient, name: str, gig_id: object) -> int:
    method, path, body = CALLS[name]
    response = getattr(client, method)(path.format(id=gig_id), body, format="json")
    return int(response.status_code)


@pytest.mark.parametrize(("person", "state"), EXPECTED)
@pytest.mark.parametrize("name", CALLS)
def test_each_call_is_open_to_whom_the_table_says(
    name: str, person: str, state: str, clients: dict[str, APIClient], owner: User
) -> None:
    gig = GigFactory.create(owner=owner, published=state == "published")
    before = Gig.objects.values().get()

    status = call(clients[person], name, gig.pk)

    reading, changing = EXPECTED[person, state]
    expected = reading if name in READS else changing
    assert status == (expected or SUCCESS.get(name, 200))
    if expected is not None:
        assert Gig.objects.values().get() == before
        assert gig.images.count() == 1


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("person", ["visitor", "stranger"])
def test_a_draft_answers_like_a_gig_that_never_was(
    name: str, person: str, clients: dict[str, APIClient], owner: User
) -> None:
    draft = GigFactory.create(owner=owner, published=False)
    method, path, body = CALLS[name]

    hidden = getattr(clients[person], method)(path.format(id=draft.pk), body, format="json")
    absent = getattr(clients[person], method)(path.format(id=draft.pk + 1000), body, format="json")

    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
    assert set(hidden.headers) == set(absent.headers)


@pytest.mark.parametrize("gig_id", ["0", str(2**63), "9" * 30, "9" * 5000])
@pytest.mark.parametrize("name", CALLS)
def test_an_id_out_of_range_is_not_found(name: str, gig_id: str, clients: dict[str, APIClient]) -> None:
    assert call(clients["owner"], name, gig_id) == 404


@pytest.mark.parametrize("name", READS)
def test_gigs_of_a_disabled_owner_are_gone_for_others(
    name: str, clients: dict[str, APIClient], owner: User
) -> None:
    gig = GigFactory.create(owner=owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert call(clients["visitor"], name, gig.pk) == 404
    assert call(clients["stranger"], name, gig.pk) == 404
    assert call(clients["staff"], name, gig.pk) == 200
    assert clients["visitor"].get("/api/gigs").json()["results"] == []


def test_making_a_gig_takes_a_person(visitor: APIClient, signed_in: ClientFor, stranger: User) -> None:
    assert visitor.post("/api/gigs", {"title": "Mine"}).status_code == 401
    assert signed_in(stranger).post("/api/gigs", {"title": "Mine"}).status_code == 201
