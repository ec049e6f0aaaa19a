"""The list of one's favourites: who is in it, how they are shown, and at what price."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from uploads_app.images.presets import PRESETS
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, ready_rendition
from uploads_app.tests.plans import settle_planner
from users.models import Buddy, Profile, User
from users.services.buddies import buddies_of
from users.tests.factories import BuddyFactory, UserFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], APIClient]
URL = "/api/buddies"
START = datetime(2026, 1, 1, tzinfo=UTC)


def befriend(person: User, count: int, *, pictures: bool = False) -> list[str]:
    """Buddies, several of them chosen at the same moment; their names, the latest first."""
    names = []
    for n in range(count):
        buddy = UserFactory.create()
        if pictures:
            file = FileFactory.create(owner=buddy, category="profile")
            ready_rendition(file, "avatar")
            Profile.objects.filter(user=buddy).update(image=file)
        row = BuddyFactory.create(person=person, buddy=buddy)
        Buddy.objects.filter(pk=row.pk).update(created_at=START + timedelta(seconds=n // 3))
        names.append(buddy.username)
    return names[::-1]


def listed(client: APIClient, url: str = URL) -> list[str]:
    return [one["username"] for one in client.get(url).json()["results"]]


def test_a_buddy_is_shown_with_name_and_avatar(owner: User, stranger: User, signed_in: SignIn) -> None:
    file = FileFactory.create(owner=stranger, category="profile")
    rendition = ready_rendition(file, "avatar")
    Profile.objects.filter(user=stranger).update(display_name="Stella S.", headline="Paints", image=file)
    BuddyFactory.create(person=owner, buddy=stranger)

    answer = signed_in(owner).get(URL).json()

    assert (answer["next"], answer["previous"]) == (None, None)
    [shown] = answer["results"]
    sizes = shown.pop("profile_image")
    assert sizes.keys() == PRESETS.keys()
    assert sizes["avatar"]["url"] == f"/api/upload/{file.pk}/avatar.webp?v={rendition.digest}"
    assert shown == {
        "username": "stranger",
        "display_name": "Stella S.",
        "headline": "Paints",
        "profile_image_url": f"/api/upload/{file.pk}",
        "placeholder": file.placeholder,
    }


def test_one_without_a_picture_has_none(owner: User, stranger: User, signed_in: SignIn) -> None:
    BuddyFactory.create(person=owner, buddy=stranger)
    assert signed_in(owner).get(URL).json()["results"] == [
        {
            "username": "stranger",
            "display_name": "",
            "headline": "",
            "profile_image_url": None,
            "profile_image": None,
            "placeholder": None,
        }
    ]


def test_a_rejected_avatar_is_not_shown(owner: User, signed_in: SignIn) -> None:
    befriend(owner, 1, pictures=True)
    UploadedFile.objects.update(moderation="rejected")
    [shown] = signed_in(owner).get(URL).json()["results"]
    assert shown["profile_image"] is shown["profile_image_url"] is shown["placeholder"] is None


def test_everybody_has_their_own(owner: User, stranger: User, staff: User, signed_in: SignIn) -> None:
    BuddyFactory.create(person=owner, buddy=staff)
    BuddyFactory.create(person=stranger, buddy=owner)

    assert listed(signed_in(owner)) == ["staff"]
    assert listed(signed_in(stranger)) == ["owner"]
    assert listed(signed_in(staff)) == []


@pytest.mark.parametrize("withdrawn", ["hidden", "disabled"])
def test_who_withdraws_is_gone_until_they_come_back(
    owner: User, stranger: User, staff: User, signed_in: SignIn, withdrawn: str
) -> None:
    def withdraw(away: bool) -> None:
        if withdrawn == "hidden":
            Profile.objects.filter(user=stranger).update(is_public=not away)
        else:
            User.objects.filter(pk=stranger.pk).update(is_active=not away)

    for person in (owner, staff):
        BuddyFactory.create(person=person, buddy=stranger)
    withdraw(True)

    assert listed(signed_in(owner)) == []
    assert listed(signed_in(staff)) == ["stranger"]
    withdraw(False)
    assert listed(signed_in(owner)) == ["stranger"]


def test_walking_the_pages_shows_everybody_once_the_latest_first(owner: User, signed_in: SignIn) -> None:
    names, client = befriend(owner, 11), signed_in(owner)
    url, found, last = f"{URL}?limit=4", [], ""
    while url:
        found += listed(client, url)
        last, url = url, client.get(url).json()["next"]
    assert found == names

    back = client.get(last).json()["previous"]
    assert listed(client, back) == names[4:8]


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("cursor=forged", "cursor"),
     ("cursor=", "cursor"), ("cursor=" + "A" * 501, "cursor")],
)  # fmt: skip
def test_a_malformed_query_is_named(owner: User, signed_in: SignIn, query: str, field: str) -> None:
    answer = signed_in(owner).get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_price_is_the_same_for_one_and_for_twenty(
    owner: User, stranger: User, signed_in: SignIn, request: pytest.FixtureRequest
) -> None:
    befriend(owner, 1, pictures=True)
    befriend(stranger, 20, pictures=True)
    request.getfixturevalue("no_storage")
    for person, count in ((owner, 1), (stranger, 20)):
        client = signed_in(person)
        with CaptureQueriesContext(connection) as queries:
            assert len(listed(client)) == count
        assert len(queries) == 4  # who asks, buddies with profiles, avatars, their renditions


def test_a_deep_page_is_bounded_by_its_index(owner: User, django_assert_num_queries: Any) -> None:
    befriend(owner, 40)
    for _ in range(40):
        BuddyFactory.create()
    settle_planner()
    first = buddies_of(owner, limit=10)
    with CaptureQueriesContext(connection) as queries:
        buddies_of(owner, limit=10, cursor=first.next)

    [query] = queries
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute((explain + query["sql"]).replace("%", "%%"))
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert "buddy_newest" in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan
    bound = "created_at<?" if connection.vendor == "sqlite" else "created_at <="
    assert bound in plan, plan
