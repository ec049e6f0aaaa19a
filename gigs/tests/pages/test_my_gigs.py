"""The list of one's own gigs: drafts first, what each needs, in pages that cost the same."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from users.models import User

As = Callable[[User], Client]


def titles(page: str) -> list[str]:
    return re.findall(r'class="cover-link"[^>]*>([^<]+)<', page)


def test_there_is_a_way_on_where_there_is_none(as_: As, owner: User) -> None:
    page = as_(owner).get("/gigs/").text
    assert "Make your first gig" in page
    assert "<article" not in page


def test_drafts_stand_before_what_is_published_each_newest_first(as_: As, owner: User) -> None:
    for title, published in [("a", True), ("b", False), ("c", True), ("d", False)]:
        GigFactory.create(owner=owner, title=title, published=published)
    assert titles(as_(owner).get("/gigs/").text) == ["d", "b", "c", "a"]


def test_nobody_elses_gigs_are_among_them(as_: As, owner: User, stranger: User) -> None:
    GigFactory.create(owner=stranger, title="Not mine")
    assert "Not mine" not in as_(owner).get("/gigs/").text


def test_each_draft_says_what_it_still_needs(as_: As, owner: User) -> None:
    GigFactory.create(owner=owner, published=False, title="", price=None, pictures=0)
    page = " ".join(as_(owner).get("/gigs/").text.split())
    assert "Still needs a title, a price and a picture that may be shown" in page
    assert titles(page) == ["Untitled gig"]


def test_a_rejected_picture_does_not_make_a_draft_whole(as_: As, owner: User) -> None:
    GigFactory.create(owner=owner, published=False)
    UploadedFile.objects.update(moderation="rejected")
    assert "Still needs a picture that may be shown" in as_(owner).get("/gigs/").text


def test_a_published_gig_without_a_picture_to_show_says_so(as_: As, owner: User) -> None:
    GigFactory.create(owner=owner, published=True)
    UploadedFile.objects.update(moderation="rejected")
    page = as_(owner).get("/gigs/").text
    assert "Others see it without a picture for now" in page
    assert "Still needs" not in page


def test_a_draft_that_has_all_needs_nothing(as_: As, owner: User) -> None:
    GigFactory.create(owner=owner, published=False)
    assert "Still needs" not in as_(owner).get("/gigs/").text


def test_following_the_pages_shows_every_gig_once(
    as_: As, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gigs.pages.my_gigs._PAGE", 2)
    for number in range(5):
        GigFactory.create(owner=owner, title=f"{number}", published=number < 3)
    client, path, seen = as_(owner), "/gigs/", []
    while True:
        page = client.get(path).text
        seen += titles(page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        if not found:
            break
        path = found[1].replace("&amp;", "&")
    assert seen == ["4", "3", "2", "1", "0"]
    assert titles(client.get(re.search(r'rel="prev" href="([^"]+)"', page)[1]).text) == ["2", "1"]  # type: ignore[index]


def test_a_cursor_that_was_not_given_out_is_an_error_page(as_: As, owner: User) -> None:
    assert as_(owner).get("/gigs/?cursor=x").status_code == 400


@pytest.mark.parametrize("count", [2, 20])
def test_the_queries_are_the_same_however_many_gigs(as_: As, owner: User, count: int) -> None:
    for number in range(count):
        GigFactory.create(owner=owner, published=number % 2 == 0, pictures=2)
    client = as_(owner)
    with CaptureQueriesContext(connection) as queries:
        assert len(titles(client.get("/gigs/").text)) == count
    assert len(queries) == 6


def test_a_hostile_title_is_text(as_: As, owner: User) -> None:
    Gig.objects.create(owner=owner, title='"><script>alert(1)</script>')
    page = as_(owner).get("/gigs/").text
    assert "<script>alert" not in page
    assert "&quot;&gt;&lt;script&gt;" in page
