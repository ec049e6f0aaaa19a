"""The pictures of a gig, moved and taken out by the buttons of their tiles."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from users.models import User

As = Callable[[User], Client]


@pytest.fixture
def gig(owner: User) -> Gig:
    return GigFactory.create(owner=owner, pictures=3)


def order(gig: Gig) -> list[Any]:
    return list(gig.images.order_by("position").values_list("file", flat=True))


def press(client: Client, gig: Gig, file_id: object, move: str) -> Any:
    return client.post(f"/gigs/{gig.pk}/arrange", {"file_id": file_id, "move": move}, follow=True)


@pytest.mark.parametrize(
    ("which", "move", "after"),
    [
        (0, "earlier", [0, 1, 2]),
        (1, "earlier", [1, 0, 2]),
        (2, "earlier", [0, 2, 1]),
        (0, "later", [1, 0, 2]),
        (2, "later", [0, 1, 2]),
        (2, "cover", [2, 0, 1]),
        (0, "cover", [0, 1, 2]),
        (1, "out", [0, 2]),
    ],
)
def test_each_button_does_what_it_says(
    as_: As, owner: User, gig: Gig, which: int, move: str, after: list[int]
) -> None:
    before = order(gig)
    answer = press(as_(owner), gig, before[which], move)
    assert order(gig) == [before[place] for place in after]
    assert answer.redirect_chain == [(f"/gigs/{gig.pk}/edit#pictures", 302)]


def test_the_page_shows_the_pictures_in_their_order_and_names_the_cover(
    as_: As, owner: User, gig: Gig
) -> None:
    press(as_(owner), gig, order(gig)[2], "cover")
    page = as_(owner).get(f"/gigs/{gig.pk}/edit").text
    shown = page.partition("<template")[0]
    assert re.findall(r'data-file-id="([^"]+)"', shown) == [str(pk) for pk in order(gig)]
    assert re.findall(r"data-place>([^<]+)<", shown) == ["Cover", "2", "3"]


def test_a_picture_taken_out_stays_among_its_owners_files(as_: As, owner: User, gig: Gig) -> None:
    file_id = order(gig)[0]
    press(as_(owner), gig, file_id, "out")
    assert UploadedFile.objects.get(pk=file_id).is_active


def test_taking_out_the_last_picture_makes_a_draft_and_says_so(as_: As, owner: User) -> None:
    gig = GigFactory.create(owner=owner, pictures=1)
    page = press(as_(owner), gig, order(gig)[0], "out").text
    assert "Without a picture this gig is a draft again" in page
    assert not Gig.objects.get().is_published


def test_the_gigs_own_crops_are_kept(as_: As, owner: User, gig: Gig) -> None:
    crop = {"x": 0.1, "y": 0.1, "width": 0.5, "height": 0.5}
    gig.images.filter(position=2).update(crop=crop)
    press(as_(owner), gig, order(gig)[2], "cover")
    assert gig.images.get(position=0).crop == crop


@pytest.mark.parametrize("fields", [{}, {"move": "out"}, {"file_id": "x", "move": "out"}, {"move": "up"}])
def test_a_form_that_says_nothing_of_use_changes_nothing(
    as_: As, owner: User, gig: Gig, fields: dict[str, str]
) -> None:
    before = order(gig)
    sent = {"file_id": str(before[0])} | fields if "move" in fields and fields["move"] == "up" else fields
    assert as_(owner).post(f"/gigs/{gig.pk}/arrange", sent).status_code == 400
    assert order(gig) == before


def test_a_picture_that_is_not_in_the_gig_is_not_found(as_: As, owner: User, gig: Gig) -> None:
    other = GigFactory.create(owner=owner)
    before = order(gig)
    for file_id in (uuid.uuid4(), order(other)[0]):
        assert press(as_(owner), gig, file_id, "cover").status_code == 404
    assert order(gig) == before


def test_pictures_without_a_description_are_counted_and_marked(as_: As, owner: User, gig: Gig) -> None:
    UploadedFile.objects.filter(pk=order(gig)[0]).update(alt_text="A blue bowl")
    page = as_(owner).get(f"/gigs/{gig.pk}/edit").text.partition("<template")[0]
    assert "<strong data-untold-count>2</strong>" in page
    assert page.count("No description yet") == 2
    assert 'alt="A blue bowl"' in page


def test_each_picture_leads_to_its_own_page_and_back(as_: As, owner: User, gig: Gig) -> None:
    page = as_(owner).get(f"/gigs/{gig.pk}/edit").text
    for file_id in order(gig):
        assert f'href="/files/{file_id}/?next=/gigs/{gig.pk}/edit"' in page


@pytest.mark.parametrize("count", [2, 20])
def test_the_queries_are_the_same_however_many_pictures(as_: As, owner: User, count: int) -> None:
    gig = GigFactory.create(owner=owner, pictures=count, tag_names=["a", "b"])
    client = as_(owner)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/gigs/{gig.pk}/edit")
    assert len(queries) == 7


def test_no_storage_is_asked_for_these_pages(as_: As, owner: User, gig: Gig, no_storage: None) -> None:
    client = as_(owner)
    for path in ("/gigs/", f"/gigs/{gig.pk}/edit", f"/gigs/{gig.pk}/delete"):
        assert client.get(path).status_code == 200
