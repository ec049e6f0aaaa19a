"""The page of a gig: its address, who sees it, what it says, and what stands around it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from gigs.tests.pages.conftest import PageFor
from gigs.tests.pages.test_marketplace import titles
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, ready_rendition
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def page(client: Client, gig: Gig) -> str:
    response = client.get(gig.get_absolute_url())
    assert response.status_code == 200, response.content
    return response.content.decode()


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Blue vase!", "blue-vase"), ("Töpfern für zwei", "topfern-fur-zwei"), ("写真", "gig"), ("…", "gig")],
)
def test_the_title_is_a_part_of_the_address(client: Client, title: str, slug: str) -> None:
    gig = GigFactory.create(title=title)

    assert gig.get_absolute_url() == f"/gigs/{gig.pk}-{slug}/"
    assert title in page(client, gig)


@pytest.mark.parametrize("path", ["/gigs/{}/", "/gigs/{}-other/", "/gigs/{}-Blue-Vase/", "/gigs/{}"])
def test_other_spellings_lead_to_the_one_address(client: Client, path: str) -> None:
    gig = GigFactory.create(title="Blue vase")

    answer = client.get(path.format(gig.pk), follow=True)

    assert answer.redirect_chain[0][1] == 301
    assert answer.redirect_chain[-1][0] == f"/gigs/{gig.pk}-blue-vase/"
    assert answer.status_code == 200


def test_a_redirect_is_not_kept_without_asking(client: Client) -> None:
    gig = GigFactory.create()

    assert client.get(f"/gigs/{gig.pk}/")["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("who", "draft"), [("visitor", 404), ("stranger", 404), ("owner", 200), ("staff", 200)]
)
def test_a_draft_is_its_owner_s_and_staff_s(
    who: str, draft: int, page_for: PageFor, owner: User, stranger: User, staff: User
) -> None:
    people = {"visitor": None, "stranger": stranger, "owner": owner, "staff": staff}
    client = page_for(people[who])
    shown, hidden = GigFactory.create(owner=owner), GigFactory.create(owner=owner, published=False)

    assert client.get(shown.get_absolute_url()).status_code == 200
    answers = [client.get(hidden.get_absolute_url()), client.get(f"/gigs/{hidden.pk}-wrong/", follow=True)]
    assert [answer.status_code for answer in answers] == [draft, draft]
    if draft == 404:
        absent = client.get(f"/gigs/{hidden.pk + 999}-gig/")
        assert (absent.status_code, len(absent.content)) == (404, len(answers[0].content))


def test_a_draft_says_what_it_lacks(page_for: PageFor, owner: User, staff: User) -> None:
    draft = GigFactory.create(owner=owner, title="", price=None, pictures=0, published=False)

    text = page(page_for(owner), draft)

    assert "Only you see this draft" in text
    assert "it needs a title, a price and a picture that may be shown." in text
    assert f'href="/gigs/{draft.pk}/edit"' in text
    assert "noindex" in text
    others = page(page_for(staff), draft)
    assert "only its owner and staff see it" in others
    assert f'href="/gigs/{draft.pk}/edit"' not in others


def test_a_gig_says_who_offers_it_and_for_how_much(client: Client, owner: User) -> None:
    owner.profile.display_name, owner.profile.headline = "Olive Owner", "Glass and clay"
    owner.profile.save()
    gig = GigFactory.create(owner=owner, description="First line\nsecond\n\nLast", tag_names=["ice & snow"])

    text = page(client, gig)

    for words in ("Olive Owner", "Glass and clay", 'href="/people/owner/"', "€25", "<br>second</p>"):
        assert words in text
    assert 'href="/?tag=ice%20%26%20snow"' in text
    assert f'<time datetime="{gig.published_at:%Y-%m-%dT%H:%M:%S}' in text


def test_of_a_hidden_owner_a_gig_tells_the_username_alone(client: Client, owner: User) -> None:
    owner.profile.display_name, owner.profile.is_public = "Secret Name", False
    owner.profile.save()

    text = page(client, GigFactory.create(owner=owner))

    assert "Secret Name" not in text
    assert "/people/owner/" not in text


def test_every_picture_is_a_link_to_its_largest_size_and_has_words(client: Client) -> None:
    gig = GigFactory.create(title="Vase", pictures=2)
    first, second = [image.file for image in gig.images.all()]
    UploadedFile.objects.filter(pk=first.pk).update(alt_text="A blue vase", caption="Made in May")
    ready_rendition(second, "w1920")

    text = page(client, gig)

    assert 'alt="A blue vase"' in text
    assert "<figcaption>Made in May</figcaption>" in text
    assert 'alt="Picture 2 of 2 of Vase"' in text
    assert re.findall(r'class="gallery-link" href="/api/upload/([\w-]+)(?:/(\w+)\.webp)?', text) == [
        (str(first.pk), ""),
        (str(second.pk), "w1920"),
    ]


def test_a_picture_that_moderation_hid_is_there_for_its_owner_alone(page_for: PageFor, owner: User) -> None:
    gig = GigFactory.create(owner=owner, pictures=2)
    hidden = gig.images.all()[0].file_id
    UploadedFile.objects.filter(pk=hidden).update(moderation="rejected")

    assert str(hidden) not in page(page_for(None), gig)
    assert "Hidden by moderation" in page(page_for(owner), gig)
    [social] = re.findall(r'og:image" content="([^"]+)"', page(page_for(owner), gig))
    assert str(hidden) not in social


def test_a_gig_without_pictures_says_so(page_for: PageFor, owner: User) -> None:
    assert "No picture yet" in page(page_for(owner), GigFactory.create(owner=owner, pictures=0))


def test_a_link_to_a_gig_has_its_picture_as_a_jpeg(client: Client) -> None:
    gig = GigFactory.create(title="Vase")
    ready_rendition(gig.images.get().file, "w1280", "jpg")

    text = page(client, gig)

    [url] = re.findall(r'og:image" content="http://testserver([^"]+)"', text)
    assert client.get(url)["Content-Type"] == "image/jpeg"
    assert f'rel="canonical" href="http://testserver{gig.get_absolute_url()}"' in text


def test_around_a_gig_stand_the_owner_s_others_and_what_shares_tags(client: Client, owner: User) -> None:
    gig = GigFactory.create(owner=owner, title="This", tag_names=["a", "b"])
    for n in range(6):
        GigFactory.create(owner=owner, title=f"own {n}")
    GigFactory.create(title="shares two", tag_names=["b", "a", "c"])
    GigFactory.create(title="shares one", tag_names=["a"])
    for n in range(9):
        GigFactory.create(title=f"new {n}")
    GigFactory.create(title="draft", tag_names=["a", "b"], published=False)
    GigFactory.create(title="gone", tag_names=["a", "b"], owner=UserFactory.create(is_active=False))

    found = titles(page(client, gig))

    assert found[:4] == ["own 5", "own 4", "own 3", "own 2"]
    assert found[4:] == ["shares two", "shares one", *(f"new {n}" for n in range(8, 2, -1))]


def test_the_owner_edits_and_others_report(page_for: PageFor, owner: User, stranger: User) -> None:
    gig = GigFactory.create(owner=owner)
    edit, report = f'href="/gigs/{gig.pk}/edit"', f'href="/files/{gig.images.get().file_id}/report?next='

    own, other = page(page_for(owner), gig), page(page_for(stranger), gig)

    assert (edit in own, report in own, edit in other, report in other) == (True, False, False, True)


def test_what_people_write_is_never_markup(client: Client, owner: User) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    owner.profile.display_name = owner.profile.headline = evil[:80]
    owner.profile.save()
    gig = GigFactory.create(owner=owner, title=evil, description=evil, pictures=2, tag_names=[evil[:40]])
    UploadedFile.objects.update(alt_text=evil, caption=evil)

    text = page(client, gig)

    assert "<script>" not in text
    assert "<img src=x" not in text


@pytest.mark.parametrize("who", ["visitor", "stranger", "owner"])
def test_queries_do_not_grow_and_the_storage_is_not_asked(
    page_for: PageFor, owner: User, stranger: User, no_storage: None, who: str
) -> None:
    client = page_for({"visitor": None, "stranger": stranger, "owner": owner}[who])
    _with_avatar(owner)
    _with_avatar(stranger)
    counts = []
    for many in (2, 20):
        gig = GigFactory.create(owner=owner, pictures=many, tag_names=["a", "b"][:many])
        for _ in range(many):
            GigFactory.create(owner=owner)
            GigFactory.create(owner=_with_avatar(UserFactory.create()), tag_names=["a"])
        with CaptureQueriesContext(connection) as queries:
            page(client, gig)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 10


def _with_avatar(person: User) -> User:
    profile: Any = person.profile
    profile.image = FileFactory.create(owner=person, category="profile")
    profile.save()
    return person
