"""Who may come to the pages that make gigs, and send their forms."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from users.models import User

As = Callable[[User], Client]

# Masked anew in each answer.
_TOKEN = re.compile(r'(?:nonce|name="csrfmiddlewaretoken" value|name="csrf-token" content)="[^"]+"')
_LISTS = ("/gigs/", "/gigs/new")
_SHOWN = ("/gigs/{}/edit", "/gigs/{}/delete")
_FORMS = ("/gigs/{}/edit", "/gigs/{}/delete", "/gigs/{}/unpublish", "/gigs/{}/arrange", "/gigs/{}/pictures")


@pytest.fixture
def gig(owner: User) -> Gig:
    return GigFactory.create(owner=owner)


@pytest.fixture
def draft(owner: User) -> Gig:
    return GigFactory.create(owner=owner, published=False)


@pytest.mark.django_db
@pytest.mark.parametrize("path", _LISTS)
def test_visitors_are_sent_to_sign_in_and_back(path: str) -> None:
    assert Client().get(path)["Location"] == f"/login?next={path}"


@pytest.mark.parametrize("path", _SHOWN)
def test_visitors_learn_of_no_gig(gig: Gig, draft: Gig, path: str) -> None:
    places = {Client().get(path.format(pk)).status_code for pk in (gig.pk, draft.pk, 10**9)}
    assert places == {302}


@pytest.mark.parametrize("path", _FORMS)
def test_visitors_change_nothing(gig: Gig, path: str) -> None:
    before = Gig.objects.values().get()
    answer = Client().post(path.format(gig.pk))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login?next=")
    assert Gig.objects.values().get() == before


@pytest.mark.parametrize("path", _LISTS)
def test_everybody_signed_in_has_a_list_and_may_make_gigs(as_: As, stranger: User, path: str) -> None:
    assert as_(stranger).get(path).status_code == 200


@pytest.mark.parametrize("path", _SHOWN)
def test_the_owner_sees_the_pages_of_their_gig(as_: As, owner: User, draft: Gig, path: str) -> None:
    assert as_(owner).get(path.format(draft.pk)).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", _SHOWN)
def test_to_a_stranger_a_draft_and_none_are_the_same(
    as_: As, stranger: User, draft: Gig, path: str, method: str
) -> None:
    ask = getattr(as_(stranger), method)
    answers = [ask(path.format(pk)) for pk in (draft.pk, 10**9)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len({_TOKEN.sub("", answer.text) for answer in answers}) == 1


@pytest.mark.parametrize("path", _FORMS)
@pytest.mark.parametrize("who", ["stranger", "staff"])
def test_nobody_else_changes_a_published_gig(
    request: pytest.FixtureRequest, as_: As, gig: Gig, path: str, who: str
) -> None:
    fields: dict[str, Any] = {"move": "out", "file_id": gig.images.get().file_id, "title": "Taken over"}
    before = Gig.objects.values().get()
    assert as_(request.getfixturevalue(who)).post(path.format(gig.pk), fields).status_code == 403
    assert Gig.objects.values().get() == before
    assert gig.images.count() == 1


@pytest.mark.parametrize("path", ["/gigs/new", *_FORMS])
def test_a_form_from_elsewhere_is_refused(owner: User, gig: Gig, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    before = Gig.objects.values().get()
    fields = {"move": "out", "file_id": str(uuid.uuid4()), "title": "Forged", "currency": "EUR"}
    assert client.post(path.format(gig.pk), fields).status_code == 403
    assert Gig.objects.values().get() == before


@pytest.mark.parametrize("path", ["/gigs/{}/unpublish", "/gigs/{}/arrange", "/gigs/{}/pictures"])
def test_what_only_takes_forms_cannot_be_looked_at(as_: As, owner: User, gig: Gig, path: str) -> None:
    assert as_(owner).get(path.format(gig.pk)).status_code == 405


@pytest.mark.parametrize("path", [*_LISTS, *_SHOWN])
def test_no_cache_but_the_browsers_own_keeps_these_pages(as_: As, owner: User, draft: Gig, path: str) -> None:
    answer = as_(owner).get(path.format(draft.pk))
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-cache"}
