"""The page of one's own files: what it shows, how it is narrowed, and what it asks of the database."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gigs.tests.factories import GigFactory
from uploads_app.pages.files import PAGE
from uploads_app.tests.factories import FileFactory, ready_rendition
from users.models import User

pytestmark = pytest.mark.django_db


def names(text: str) -> list[str]:
    """The names on the tiles, in their order."""
    return re.findall(r'<h2><a href="/files/[-0-9a-f]+/">(.*?)</a></h2>', text)


def link(text: str, rel: str) -> str:
    found = re.search(rf'<a class="button" href="([^"]+)" rel="{rel}">', text)
    assert found
    return found[1].replace("&amp;", "&")


def test_ones_own_files_are_shown_newest_first_and_nobody_elses(
    page: Client, owner: User, stranger: User
) -> None:
    now = timezone.now()
    for age, name in ((2, "old.jpg"), (0, "new.jpg"), (1, "middle.jpg")):
        FileFactory.create(owner=owner, original_filename=name, uploaded_at=now - timedelta(hours=age))
    FileFactory.create(owner=stranger, original_filename="foreign.jpg")
    FileFactory.create(owner=owner, original_filename="deleted.jpg", lifecycle="deleted")
    assert names(page.get("/files/").text) == ["new.jpg", "middle.jpg", "old.jpg"]


def test_the_room_taken_is_told_in_words_and_as_a_bar(page: Client, owner: User, settings: Any) -> None:
    settings.VITRINE_QUOTA_BYTES = 500_000_000
    for _ in range(2):
        FileFactory.create(owner=owner, file_size=18_500_000)
    text = page.get("/files/").text
    assert "<strong>37 MB</strong> of 500 MB, 2 pictures" in text
    assert '<progress class="meter" max="500000000" value="37000000"' in text


@pytest.mark.parametrize(
    ("moderation", "words"), [("unreviewed", "In review"), ("approved", "Approved"), ("rejected", "Rejected")]
)
def test_a_tile_says_where_moderation_stands(page: Client, owner: User, moderation: str, words: str) -> None:
    FileFactory.create(owner=owner, moderation=moderation)
    text = page.get("/files/").text
    assert f">{words}</span>" in text
    assert ("Nobody but you sees it." in text) == (moderation == "rejected")


def test_a_tile_tells_who_sees_it_and_leads_to_where_it_is_in_use(page: Client, owner: User) -> None:
    gig = GigFactory.create(owner=owner, title="Portraits")
    text = page.get("/files/").text
    assert ">Public</span>" in text
    assert f'In the gig <a href="/gigs/{gig.pk}/edit">Portraits</a>' in text
    owner.profile.image = FileFactory.create(owner=owner)
    owner.profile.save()
    assert '<a href="/people/owner/">owner</a>' in page.get("/files/").text


def test_a_file_in_no_use_is_private_and_says_so(page: Client, owner: User) -> None:
    FileFactory.create(owner=owner)
    text = page.get("/files/").text
    assert ">Private</span>" in text
    assert "Not in use" in text


def test_a_picture_without_words_for_it_asks_for_them(page: Client, owner: User) -> None:
    file = FileFactory.create(owner=owner)
    assert "Say what is seen" in page.get("/files/").text
    file.alt_text = "A boat."
    file.save()
    assert "Say what is seen" not in page.get("/files/").text


def test_category_and_search_narrow_together_and_keep_each_other(page: Client, owner: User) -> None:
    FileFactory.create(owner=owner, category="gig", original_filename="boat.jpg")
    FileFactory.create(owner=owner, category="gig", original_filename="hill.jpg")
    FileFactory.create(owner=owner, category="general", original_filename="boat 2.jpg")
    text = page.get("/files/?category=gig&search=BOAT").text
    assert names(text) == ["boat.jpg"]
    assert '<input type="hidden" name="category" value="gig">' in text
    assert '<a class="chip" href="/files/?category=general&amp;search=BOAT">' in text
    assert 'name="search" value="BOAT"' in text


def test_pages_hold_every_file_once_and_keep_what_was_asked(page: Client, owner: User) -> None:
    for number in range(2 * PAGE + 1):
        FileFactory.create(owner=owner, category="gig", original_filename=f"boat {number}.jpg")
    FileFactory.create(owner=owner, category="gig", original_filename="hill.jpg")
    texts = [page.get("/files/?category=gig&search=boat").text]
    for _ in range(2):
        texts.append(page.get(link(texts[-1], "next")).text)
    assert [len(names(text)) for text in texts] == [PAGE, PAGE, 1]
    assert len({name for text in texts for name in names(text)}) == 2 * PAGE + 1
    assert 'rel="next"' not in texts[-1]
    assert names(page.get(link(texts[2], "prev")).text) == names(texts[1])


def test_who_has_no_file_is_told_what_belongs_here(page: Client) -> None:
    text = page.get("/files/").text
    assert "No pictures yet" in text
    assert 'type="file"' in text


def test_where_none_matches_the_way_back_to_all_is_shown(page: Client, owner: User) -> None:
    FileFactory.create(owner=owner)
    text = page.get("/files/?search=nothing").text
    assert "No file like that" in text
    assert "“nothing”" in text
    assert "No file like that" in page.get("/files/?category=profile").text


@pytest.mark.parametrize("query", ["category=all", "cursor=made-up", "search=%00", "search=a%07"])
def test_what_no_link_here_gives_is_an_error_page(page: Client, query: str) -> None:
    answer = page.get(f"/files/?{query}")
    assert answer.status_code == 400
    assert "<h1>" in answer.text


def test_the_page_takes_the_same_few_queries_for_many_files_as_for_two(
    page: Client, owner: User, no_storage: None
) -> None:
    counts = []
    for more in (2, 18):
        for _ in range(more):
            GigFactory.create(owner=owner)
            FileFactory.create(owner=owner)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page.get("/files/?search=picture&category=gig")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_a_page_asks_no_storage(page: Client, owner: User, request: pytest.FixtureRequest) -> None:
    file = FileFactory.create(owner=owner)
    ready_rendition(file)
    FileFactory.create(owner=owner, edits={"flip": True})
    request.getfixturevalue("no_storage")
    for path in ("/files/", f"/files/{file.pk}/", f"/files/delete?file={file.pk}"):
        assert page.get(path).status_code == 200
