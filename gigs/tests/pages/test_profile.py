"""The page of a person: who is seen by whom, what they show, and their gigs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gigs.tests.factories import GigFactory
from gigs.tests.pages.conftest import PageFor
from gigs.tests.pages.test_marketplace import titles
from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db
PATH = "/people/owner/"


@pytest.fixture
def people(owner: User, stranger: User, staff: User) -> dict[str, User | None]:
    return {"visitor": None, "stranger": stranger, "owner": owner, "staff": staff}


def page(client: Client, path: str = PATH) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.content
    return response.content.decode()


def test_a_person_is_shown_with_what_they_say_and_offer(client: Client, owner: User) -> None:
    said = {"display_name": "Olive", "headline": "Glass", "location": "Oslo", "bio": "One\n\nTwo <b>"}
    type(owner.profile).objects.filter(pk=owner.pk).update(**said)
    GigFactory.create(owner=owner, title="Shown")
    GigFactory.create(owner=owner, title="Draft", published=False)
    GigFactory.create(title="Somebody else's")

    text = page(client)

    for words in (
        "<h1>Olive</h1>",
        "Glass",
        "Oslo",
        "<p>Two &lt;b&gt;</p>",
        f"Joined {owner.date_joined:%B %Y}",
    ):
        assert words in text
    assert titles(text) == ["Shown"]
    assert owner.email not in text


@pytest.mark.parametrize("spelling", ["Owner", "OWNER"])
def test_any_case_leads_to_the_person_s_own_spelling(client: Client, owner: User, spelling: str) -> None:
    answer = client.get(f"/people/{spelling}/")

    assert (answer.status_code, answer["Location"]) == (301, PATH)


@pytest.mark.parametrize("who", ["visitor", "stranger", "owner", "staff"])
@pytest.mark.parametrize("state", ["open", "hidden", "disabled"])
def test_who_sees_a_person(page_for: PageFor, people: dict[str, User | None], state: str, who: str) -> None:
    client = page_for(people[who])
    owner = people["owner"]
    assert owner is not None
    owner.profile.is_public = state != "hidden"
    owner.profile.save()
    owner.is_active = state != "disabled"
    owner.save()

    status = client.get(PATH).status_code

    seen = {
        "open": ["visitor", "stranger", "owner", "staff"],
        "hidden": ["owner", "staff"],
        "disabled": ["staff"],
    }
    assert status == (200 if who in seen[state] else 404)
    if status == 404:
        absent = client.get("/people/nobody/")
        assert absent.status_code == 404
        assert len(client.get(PATH).content) == len(absent.content)


def test_a_hidden_person_is_told_that_they_are(page_for: PageFor, owner: User, staff: User) -> None:
    owner.profile.is_public = False
    owner.profile.save()

    assert "Only you see this." in page(page_for(owner))
    assert "and staff see this profile" in page(page_for(staff))
    assert "noindex" in page(page_for(owner))


def test_one_edits_oneself_and_chooses_others(page_for: PageFor, owner: User, stranger: User) -> None:
    own, other, visitor = page(page_for(owner)), page(page_for(stranger)), page(page_for(None))

    assert "Edit profile" in own
    assert "/people/owner/buddy/add" not in own
    assert 'action="/people/owner/buddy/add"' in other
    assert 'href="/login?next=/people/owner/"' in visitor.replace("%2F", "/")


def test_choosing_a_buddy_works_by_the_plain_form(page_for: PageFor, owner: User, stranger: User) -> None:
    client = page_for(stranger)

    added = client.post("/people/owner/buddy/add", {"next": PATH})
    assert added["Location"] == PATH
    assert 'action="/people/owner/buddy/remove"' in page(client)

    client.post("/people/owner/buddy/remove", {"next": PATH})
    assert 'action="/people/owner/buddy/add"' in page(client)


def test_gigs_come_in_pages(client: Client, owner: User) -> None:
    for n in range(26):
        GigFactory.create(owner=owner, pictures=0, title=f"{n}")

    text = page(client)
    assert len(titles(text)) == 24
    [url] = [part.split('"')[0] for part in text.split('rel="next" href="')[1:]]
    assert titles(page(client, url)) == ["1", "0"]


def test_who_offers_nothing_has_an_empty_shelf(page_for: PageFor, owner: User) -> None:
    assert "has published nothing yet" in page(page_for(None))
    assert "What you publish stands here" in page(page_for(owner))


@pytest.mark.parametrize("who", ["visitor", "stranger", "owner"])
def test_queries_do_not_grow_and_the_storage_is_not_asked(
    page_for: PageFor, people: dict[str, User | None], no_storage: None, who: str
) -> None:
    owner = people["owner"]
    for person in filter(None, people.values()):
        person.profile.image = FileFactory.create(owner=person, category="profile")
        person.profile.save()
    client, counts = page_for(people[who]), []
    for more in (2, 18):
        for _ in range(more):
            GigFactory.create(owner=owner, pictures=3)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 10
