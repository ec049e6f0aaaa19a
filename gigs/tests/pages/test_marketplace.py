"""The front page: what is in it, how it is narrowed, and what it takes to show it."""

import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from gigs.tests.pages.conftest import PageFor
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, ready_rendition
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/?{query}" if query else "/")
    assert response.status_code == 200, response.content
    return response.content.decode()


def titles(text: str) -> list[str]:
    return re.findall(r'<a class="cover-link" href="[^"]+">([^<]+)</a>', text)


def test_published_gigs_are_cards_newest_first(client: Client, owner: User) -> None:
    owner.profile.display_name = "Olive Owner"
    owner.profile.save()
    GigFactory.create(owner=owner, title="Old", price=Decimal(1250))
    GigFactory.create(owner=owner, title="New", price=Decimal("9.90"), currency="CHF")
    GigFactory.create(owner=owner, title="Draft", published=False)

    text = page(client)

    assert titles(text) == ["New", "Old"]
    assert "€1,250" in text
    assert "CHF\u00a09.90" in text
    assert "Olive Owner" in text


@pytest.mark.parametrize("who", ["visitor", "stranger", "owner", "staff"])
def test_drafts_are_nobody_s_here(
    who: str, page_for: PageFor, owner: User, stranger: User, staff: User
) -> None:
    GigFactory.create(owner=owner, title="Shown")
    GigFactory.create(owner=owner, title="Draft", published=False)
    people = {"visitor": None, "stranger": stranger, "owner": owner, "staff": staff}

    assert titles(page(page_for(people[who]))) == ["Shown"]


def test_a_hidden_profile_lends_its_card_a_username_and_nothing_else(client: Client, owner: User) -> None:
    owner.profile.display_name, owner.profile.is_public = "Secret Name", False
    owner.profile.image = FileFactory.create(owner=owner, category="profile")
    owner.profile.save()
    GigFactory.create(owner=owner)

    text = page(client)

    assert "Secret Name" not in text
    assert str(owner.profile.image_id) not in text
    assert "<span>owner</span>" in text


@pytest.fixture
def shelf(db: None) -> None:
    GigFactory.create(
        title="Blue vase", description="Stoneware", price=Decimal(30), tag_names=["clay", "home"]
    )
    GigFactory.create(title="Portrait", description="In blue light", price=Decimal(9), tag_names=["photo"])
    GigFactory.create(title="Wool", price=Decimal(100), tag_names=["home"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=blue", ["Portrait", "Blue vase"]),
        ("tag=home", ["Wool", "Blue vase"]),
        ("tag=+HOME+&search=stone", ["Blue vase"]),
        ("min_price=30", ["Wool", "Blue vase"]),
        ("min_price=10&max_price=99.99", ["Blue vase"]),
        ("ordering=price", ["Portrait", "Blue vase", "Wool"]),
        ("ordering=-price&max_price=30", ["Blue vase", "Portrait"]),
        ("search=&tag=&min_price=&max_price=&ordering=&cursor=", ["Wool", "Portrait", "Blue vase"]),
    ],
)
def test_filters_narrow_the_cards(client: Client, shelf: None, query: str, found: list[str]) -> None:
    assert titles(page(client, query)) == found


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("min_price=abc", "min_price", "Enter a number."),
        ("min_price=-1", "min_price", "greater than or equal to 0"),
        ("max_price=NaN", "max_price", "Enter a number."),
        ("max_price=1e99", "max_price", "less than or equal to"),
        ("max_price=0.001", "max_price", "no more than 2 decimal places"),
        ("ordering=owner__password", "ordering", "Select a valid choice"),
        ("search=a%00b", "search", "characters"),
        ("search=" + "x" * 101, "search", "at most 100 characters"),
        ("tag=%00", "tag", "characters"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field_and_left_out(
    client: Client, shelf: None, query: str, field: str, words: str
) -> None:
    text = page(client, query)

    assert len(titles(text)) == 3
    [errors] = re.findall(rf'<ul class="errorlist" id="filter-{field}_error">(.*?)</ul>', text, re.DOTALL)
    assert words in errors


def test_one_bad_field_leaves_the_others_at_work(client: Client, shelf: None) -> None:
    assert titles(page(client, "min_price=abc&tag=photo")) == ["Portrait"]


def test_popular_tags_are_offered_and_the_chosen_one_can_be_removed(client: Client, shelf: None) -> None:
    GigFactory.create(published=False, tag_names=["hidden"])

    assert re.findall(r'href="/\?tag=(\w+)"', page(client)) == ["home", "clay", "photo"]

    text = page(client, "tag=home&ordering=price&cursor=")
    assert 'href="/?ordering=price"' in text
    assert 'href="/?tag=clay&amp;ordering=price"' in text


def test_an_empty_list_says_what_belongs_here(client: Client) -> None:
    assert "still empty" in page(client)
    text = page(client, "search=nothing")
    assert "Nothing like that here yet" in text
    assert 'href="/">Show all gigs' in text


def test_more_is_a_link_and_so_is_the_way_back(client: Client, owner: User) -> None:
    for n in range(50):
        GigFactory.create(owner=owner, pictures=0, title=f"{n}", price=n)
    seen, url = [], "/?ordering=price"
    for count in (24, 24, 2):
        text = client.get(url).content.decode()
        assert len(titles(text)) == count
        assert ('rel="prev"' in text) == ("cursor" in url)
        assert '<link rel="canonical" href="http://testserver/?ordering=price">' in text
        seen += titles(text)
        [url] = re.findall(r'rel="next" href="([^"]+)"', text) or [""]
        url = url.replace("&amp;", "&")

    assert seen == [f"{n}" for n in range(50)]
    assert not url
    assert 'href="/?ordering=price">Back to the start' in text


def test_a_forged_cursor_is_a_bad_request(client: Client) -> None:
    assert client.get("/?cursor=forged").status_code == 400


def test_only_the_first_covers_are_loaded_at_once(client: Client) -> None:
    for _ in range(8):
        GigFactory.create()

    covers = re.findall(r"<img(?![^>]*placeholder)[^>]*>", page(client))

    assert ["lazy" in cover for cover in covers] == [False] * 4 + [True] * 4


def test_further_pictures_are_told_by_their_addresses_alone(client: Client) -> None:
    gig = GigFactory.create(pictures=7)
    shown = [str(image.file_id) for image in gig.images.all()]

    [strip] = re.findall(r'data-strip="([^"]+)"', page(client))

    assert [url.split("/")[3] for url in strip.split()] == shown[1:5]


def test_the_further_pictures_of_a_card_are_served(client: Client) -> None:
    gig = GigFactory.create(pictures=2)
    ready_rendition(gig.images.all()[1].file, "card")

    [url] = re.findall(r'data-strip="([^"]+)"', page(client))

    assert client.get(url).status_code == 200


def test_a_cover_that_moderation_hid_is_replaced_for_others(client: Client) -> None:
    gig = GigFactory.create(pictures=2)
    first = gig.images.all()[0].file
    UploadedFile.objects.filter(pk=first.pk).update(moderation="rejected")

    assert str(first.pk) not in page(client)


def test_what_people_write_is_never_markup(client: Client, owner: User) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    owner.profile.display_name = evil[:80]
    owner.profile.save()
    GigFactory.create(owner=owner, title=evil, tag_names=[evil[:40]])
    UploadedFile.objects.update(alt_text=evil)

    text = page(client, "search=%3Cscript%3E") + page(client)

    assert "<script>" not in text
    assert "<img src=x" not in text


@pytest.mark.parametrize("signed_in", [False, True])
def test_twenty_gigs_take_as_many_queries_as_two_and_no_storage(
    page_for: PageFor, stranger: User, no_storage: None, signed_in: bool
) -> None:
    client = page_for(stranger if signed_in else None)
    counts = []
    for more in (2, 18):
        for _ in range(more):
            person = UserFactory.create()
            person.profile.image = FileFactory.create(owner=person, category="profile")
            person.profile.save()
            GigFactory.create(owner=person, pictures=3, tag_names=["a", "b"])
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            text = page(client)
        counts.append(len(queries))
    assert len(titles(text)) == Gig.objects.count() == 20

    assert counts[0] == counts[1] <= 10


def test_the_page_is_never_kept_by_others(client: Client) -> None:
    assert client.get("/")["Cache-Control"] == "private, no-cache"
    assert client.post("/").status_code == 405
