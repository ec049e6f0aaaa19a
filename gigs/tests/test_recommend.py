"""Recommended people: who they are, why, in which order, and at what price."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from gigs.models import Gig
from gigs.services import recommend as service
from gigs.services.recommend import MOST, recommend
from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, ready_rendition
from users.models import Buddy, Profile, User
from users.tests.factories import BuddyFactory, UserFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], APIClient]
URL = "/api/buddies/recommendations"


def person(username: str) -> User:
    return User.objects.filter(username=username).first() or UserFactory.create(username=username)


def link(*pairs: str) -> None:
    """Of "a>b", b becomes a buddy of a."""
    for pair in pairs:
        one, other = pair.split(">")
        BuddyFactory.create(person=person(one), buddy=person(other))


def offer(username: str, *tags: str, published: bool = True) -> Gig:
    gig: Gig = GigFactory.create(
        owner=person(username), pictures=0, tag_names=list(tags), published=published
    )
    return gig


def told(owner: User, **kwargs: Any) -> list[tuple[str, str]]:
    return [(one.person.username, one.reason) for one in recommend(owner, **kwargs)]


def test_buddies_of_ones_buddies_are_recommended(owner: User) -> None:
    link("owner>ann", "owner>ben", "ann>liked", "ben>liked", "ann>known")
    assert told(owner) == [("liked", "2 buddies in common"), ("known", "1 buddy in common")]


def test_people_who_chose_the_same_buddies_are_recommended(owner: User) -> None:
    link("owner>ann", "owner>ben", "alike>ann", "alike>ben")
    assert told(owner) == [("alike", "2 buddies in common")]


def test_a_buddy_who_is_in_common_both_ways_counts_once(owner: User) -> None:
    link("owner>ann", "friend>ann", "ann>friend")
    assert told(owner) == [("friend", "1 buddy in common")]


def test_people_who_offer_the_same_are_recommended(owner: User) -> None:
    offer("owner", "wedding", "portrait", "light")
    offer("mia", "wedding", "clay")
    offer("mia", "portrait", "wedding")
    offer("other", "clay")
    assert told(owner) == [("mia", "Both offer portrait, wedding")]


def test_of_many_tags_in_common_some_are_named(owner: User) -> None:
    for username in ("owner", "mia"):
        offer(username, "e", "d", "c", "b", "a")
    assert told(owner) == [("mia", "Both offer a, b, c and 2 more")]


def test_both_reasons_are_told_together(owner: User) -> None:
    link("owner>ann", "ann>mia")
    for username in ("owner", "mia"):
        offer(username, "portrait")
    assert told(owner) == [("mia", "1 buddy in common, and both offer portrait")]


def test_the_best_come_first_and_equals_by_username(owner: User) -> None:
    link("owner>ann", "owner>ben", "ann>both", "ben>both", "ann>Zoe", "ann>adam", "ann>cleo")
    offer("owner", "portrait", "wedding")
    offer("cleo", "portrait")
    offer("tags", "portrait", "wedding")
    offer("least", "portrait")
    assert [username for username, _ in told(owner)] == ["both", "cleo", "adam", "tags", "Zoe", "least"]
    assert told(owner, limit=3) == told(owner)[:3]


def test_oneself_and_present_buddies_are_never_recommended(owner: User) -> None:
    link("owner>ann", "owner>ben", "ann>owner", "ann>ben", "ben>ann")
    offer("owner", "portrait")
    offer("ann", "portrait")
    assert told(owner) == []


@pytest.mark.parametrize("away", ["hidden", "disabled"])
def test_the_hidden_and_the_disabled_are_not_recommended_even_to_staff(
    owner: User, staff: User, away: str
) -> None:
    link("owner>ann", "ann>mia", "ben>ann", "staff>ann")
    for username in ("owner", "staff", "cleo"):
        offer(username, "portrait")
    gone = User.objects.filter(username__in=["mia", "ben", "cleo"])
    if away == "hidden":
        Profile.objects.filter(user__in=gone).update(is_public=False)
    else:
        gone.update(is_active=False)

    assert told(owner) == [("staff", "1 buddy in common, and both offer portrait")]
    assert told(staff) == [("owner", "1 buddy in common, and both offer portrait")]


def test_a_buddy_who_is_hidden_now_speaks_for_nobody(owner: User) -> None:
    link("owner>ann", "ann>mia")
    Profile.objects.filter(user=person("ann")).update(is_public=False)
    assert told(owner) == []


@pytest.mark.parametrize("draft", ["mine", "theirs"])
def test_tags_of_drafts_count_for_nothing(owner: User, draft: str) -> None:
    offer("owner", "portrait", published=draft != "mine")
    offer("mia", "portrait", published=draft != "theirs")
    assert told(owner) == []


def test_a_newcomer_gets_nobody(owner: User, stranger: User, signed_in: SignIn) -> None:
    link("stranger>ann")
    assert signed_in(owner).get(URL).json() == {"results": []}


def test_somebody_is_shown_with_name_avatar_and_reason(owner: User, signed_in: SignIn) -> None:
    link("owner>ann", "ann>mia")
    file = FileFactory.create(owner=person("mia"), category="profile")
    Profile.objects.filter(user=person("mia")).update(display_name="Mia M.", headline="Paints", image=file)

    [shown] = signed_in(owner).get(URL).json()["results"]

    assert shown.pop("profile_image")["avatar"]["url"].startswith(f"/api/upload/{file.pk}")
    assert shown == {
        "username": "mia",
        "display_name": "Mia M.",
        "headline": "Paints",
        "profile_image_url": f"/api/upload/{file.pk}",
        "placeholder": file.placeholder,
        "reason": "1 buddy in common",
    }
    UploadedFile.objects.update(moderation="rejected")
    [shown] = signed_in(owner).get(URL).json()["results"]
    assert shown["profile_image"] is None


def test_they_are_for_who_is_signed_in(
    owner: User, staff: User, visitor: APIClient, signed_in: SignIn
) -> None:
    disabled = UserFactory.create()
    clients = [visitor, signed_in(disabled), signed_in(owner), signed_in(staff)]
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    assert [client.get(URL).status_code for client in clients] == [401, 401, 200, 200]


@pytest.mark.parametrize("method", ["put", "delete", "post"])
def test_recommendations_are_only_read(owner: User, signed_in: SignIn, method: str) -> None:
    assert getattr(signed_in(owner), method)(URL).status_code == 405


@pytest.mark.parametrize("limit", ["0", "51", "-1", "x", "", "9" * 5000])
def test_an_odd_limit_is_named(owner: User, signed_in: SignIn, limit: str) -> None:
    answer = signed_in(owner).get(f"{URL}?limit={limit}")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["limit"]


def test_twelve_come_unasked_and_fifty_at_most(owner: User, signed_in: SignIn) -> None:
    link("owner>ann", *(f"ann>p{n:02}" for n in range(MOST + 5)))
    client = signed_in(owner)
    counts = [len(client.get(f"{URL}{query}").json()["results"]) for query in ("", "?limit=50", "?limit=3")]
    assert counts == [12, 50, 3]
    assert len(recommend(owner, limit=1000)) == MOST


def test_the_price_is_the_same_for_one_and_for_forty(
    owner: User, stranger: User, signed_in: SignIn, request: pytest.FixtureRequest
) -> None:
    link("owner>ann", "ann>p00", *(f"stranger>b{n}" for n in range(5)))
    link(*(f"b{n % 5}>p{n:02}" for n in range(30)))
    offer("stranger", "portrait", "wedding")
    for n in range(20, 40):
        offer(f"p{n:02}", "portrait", "wedding")
    for one in User.objects.filter(username__startswith="p"):
        file = FileFactory.create(owner=one, category="profile")
        ready_rendition(file, "avatar")
        Profile.objects.filter(user=one).update(image=file)
    request.getfixturevalue("no_storage")
    for who, count in ((owner, 1), (stranger, 40)):
        client = signed_in(who)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(f"{URL}?limit=50").json()["results"]) == count
        assert len(queries) == 5  # who asks, what speaks for whom, people, avatars, their renditions


@pytest.mark.parametrize(
    ("bound", "left"),
    [("_BUDDIES", ["of-last"]), ("_LINKS", ["of-last"]), ("_TAGS", ["of-first", "of-last", "often"])],
)
def test_the_work_is_bounded_by_the_latest_and_the_most_frequent(
    owner: User, monkeypatch: pytest.MonkeyPatch, bound: str, left: list[str]
) -> None:
    link("owner>first", "owner>last", "first>of-first", "last>of-last")
    if bound == "_TAGS":
        offer("owner", "often", "seldom")
        offer("owner", "often")
        offer("often", "often")
        offer("seldom", "seldom")
    monkeypatch.setattr(service, bound, 1)

    assert sorted(username for username, _ in told(owner)) == left
    assert Buddy.objects.count() == 4
