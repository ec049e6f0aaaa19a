"""Whatever people write stays text on every page: no element and no attribute comes of it, and no way out.

Each page is fetched twice: where everybody wrote something harmless, and where everything is hostile. What
the two are made of must be the same. A page is added by a line in PAGES or FORMS.
"""

from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.utils.html import escape

from config.tests.payloads import PAYLOADS, joined
from config.tests.skeleton import skeleton
from config.tests.written import clients, stage
from gigs.pages.urls import urlpatterns as gig_pages
from uploads_app.pages.urls import urlpatterns as file_pages
from users.pages.urls import urlpatterns as people_pages

pytestmark = pytest.mark.django_db

HARMLESS = "Harmless words"
SHORTEST, TAG = 80, 40  # characters that fit every field, and a tag
BATCHES = list(joined(PAYLOADS, SHORTEST))


# Name of the address: who looks, where, and by which query; TEXT in it is what was written. What is searched
# for is in no gig and no file: both stages find nothing.
TEXT = object()
NOT_THERE = object()
Query = dict[str, Any]
PAGES: list[tuple[str, str | None, str, Query]] = [
    ("marketplace", None, "/", {}),
    ("marketplace", "buddy", "/", {}),
    ("marketplace", None, "/", {"search": NOT_THERE, "min_price": "5"}),
    ("marketplace", None, "/", {"tags": TEXT}),
    ("marketplace", None, "/", {"price_min": TEXT, "ordering": TEXT}),
    ("gig", None, "/gigs/{gig}-{slug}/", {}),
    ("gig", "buddy", "/gigs/{gig}-{slug}/", {}),
    ("gig", "owner", "/gigs/{gig}-{slug}/", {}),
    ("profile", None, "/people/{owner}/", {}),
    ("profile", "buddy", "/people/{owner}/", {}),
    ("profile", "owner", "/people/{owner}/", {}),
    ("my-gigs", "owner", "/gigs/", {}),
    ("gig-new", "owner", "/gigs/new", {}),
    ("gig-edit", "owner", "/gigs/{gig}/edit", {}),
    ("gig-edit", "owner", "/gigs/{draft}/edit", {}),
    ("gig-delete", "owner", "/gigs/{gig}/delete", {}),
    ("buddies", "buddy", "/buddies/", {}),
    ("buddies", "owner", "/buddies/", {}),
    ("register", None, "/register", {"next": TEXT}),
    ("login", None, "/login", {"next": TEXT}),
    ("account", "owner", "/account/", {}),
    ("account-picture", "owner", "/account/picture", {"next": TEXT}),
    ("account-password", "owner", "/account/password", {}),
    ("account-delete", "owner", "/account/delete", {}),
    ("password-reset", None, "/password/reset", {"next": TEXT}),
    ("password-reset-sent", None, "/password/reset/sent", {}),
    ("password-reset-link", None, "/password/reset/{owner}/made-up", {}),
    ("files", "owner", "/files/", {}),
    ("files", "owner", "/files/", {"search": NOT_THERE, "category": "gig"}),
    ("files", "owner", "/files/", {"category": TEXT, "cursor": TEXT}),
    ("file", "owner", "/files/{file}/", {}),
    ("file", "owner", "/files/{avatar}/", {"next": TEXT}),
    ("files-delete", "owner", "/files/delete", {"file": "{file}", "next": TEXT}),
    ("report", "buddy", "/files/{file}/report", {"next": TEXT}),
    ("absent", None, "/nothing/of/the/kind", {"q": TEXT}),
    ("admin", "staff", "/admin/", {}),
    ("admin", "staff", "/admin/gigs/gig/", {}),
    ("admin", "staff", "/admin/gigs/gig/", {"q": NOT_THERE}),
    ("admin", "staff", "/admin/gigs/gig/{gig}/change/", {}),
    ("admin", "staff", "/admin/uploads_app/uploadedfile/", {}),
    ("admin", "staff", "/admin/uploads_app/uploadedfile/{file}/change/", {}),
    ("admin", "staff", "/admin/uploads_app/uploadedfile/dashboard/", {}),
    ("admin", "staff", "/admin/uploads_app/uploadedfile/{file}/ban/", {}),
    ("admin", "staff", "/admin/uploads_app/bannedpicture/", {}),
    ("admin", "staff", "/admin/uploads_app/moderationevent/", {}),
    ("admin", "staff", "/admin/uploads_app/appeal/", {}),
    ("admin", "staff", "/admin/uploads_app/uploadedfile/queue/", {}),
    ("admin", "staff", "/admin/uploads_app/uploadedfile/queue/", {"owner": TEXT, "reported": TEXT}),
    ("admin", "staff", "/admin/uploads_app/report/", {}),
    ("admin", "staff", "/admin/uploads_app/report/{report}/change/", {}),
    ("admin", "staff", "/admin/users/user/", {}),
    ("admin", "staff", "/admin/users/user/{owner_id}/change/", {}),
    ("admin", "staff", "/admin/users/profile/", {}),
    ("admin", "staff", "/admin/users/profile/{owner_id}/change/", {}),
]
PROFILE, GIG = ("display_name", "headline", "location"), ("title", "description", "tags")
# Forms that come back with what was typed: something else in them is wrong.
FORMS: list[tuple[str, str | None, str, Query]] = [
    ("register", None, "/register", {"username": TEXT, "email": TEXT, "password": "x", "next": TEXT}),
    ("login", None, "/login", {"username": TEXT, "password": "x", "next": TEXT}),
    ("password-reset", None, "/password/reset", {"email": TEXT}),
    ("account", "owner", "/account/", dict.fromkeys(PROFILE, TEXT) | {"bio": "x" * 2001}),
    ("gig-new", "owner", "/gigs/new", dict.fromkeys(GIG, TEXT) | {"price": "-1"}),
    ("gig-edit", "owner", "/gigs/{draft}/edit", dict.fromkeys(GIG, TEXT) | {"price": "-1"}),
    ("file", "owner", "/files/{file}/", {"alt_text": TEXT, "caption": TEXT, "crop_x": TEXT}),
    ("file-share", "owner", "/files/{file}/share", {"expires_in": TEXT}),
    ("report", "buddy", "/files/{file}/report", {"reason": "none", "detail": TEXT, "next": TEXT}),
    ("admin", "staff", "/admin/uploads_app/uploadedfile/{file}/ban/", {"reason": TEXT, "note": TEXT}),
]  # fmt: skip
# Addresses that show no page of their own: they take a form and lead to a page that is in the lists above.
SHOWN_ELSEWHERE = {
    "gig-by-id", "gig-pictures", "gig-arrange", "gig-unpublish", "logout", "account-pictures",
    "account-picture-remove", "account-export", "buddy-add", "buddy-remove", "files-add", "file-appeal",
}  # fmt: skip
NOTHING_WRITTEN = {
    "/account/delete by owner",
    "/account/password by owner",
    "/admin/ by staff",
    "/admin/uploads_app/uploadedfile/dashboard/ by staff",
    "/files/ by owner category cursor",
    "/gigs/new by owner",
    "/login by None next",
    "/nothing/of/the/kind by None q",
    "/password/reset by None next",
    "/password/reset/sent by None",
    "/password/reset/{owner}/made-up by None",
    "/register by None next",
}
SHOWN_IN_FULL = {"/gigs/{gig}-{slug}/ by None", "/people/{owner}/ by None", "/files/{file}/ by owner"}


def answers(*texts: str) -> dict[str, Any]:
    """Every page and every form of the lists, as the server answers where everybody wrote these texts.

    Each is a tag, all in a row are whatever else is written.
    """
    text = "".join(texts)
    most = max(map(len, BATCHES))
    found = stage(text, [*texts, *(f"tag {number}" for number in range(most - len(texts)))])
    browsers = clients(found)

    def filled(query: Query) -> Query:
        words = {TEXT: text, NOT_THERE: f"{text} that is not there"}
        return {name: words.get(value) or found.path(value) for name, value in query.items()}

    got: dict[str, Any] = {}
    for _, who, path, query in PAGES:
        got[" ".join([f"{path} by {who}", *query])] = browsers[who].get(found.path(path), filled(query))
    for _, who, path, sent in FORMS:
        got[f"form of {path}"] = browsers[who].post(found.path(path), filled(sent))
    return got


@cache
def harmless() -> dict[str, tuple[int, list[str]]]:
    """What those pages are made of where everybody wrote something harmless; no row of it stays."""
    undone = transaction.atomic()
    undone._from_testcase = True  # type: ignore[attr-defined]  # as around a test: to the storage, no transaction
    with undone:
        found = {
            page: (answer.status_code, skeleton(answer.text).parts)
            for page, answer in answers(HARMLESS).items()
        }
        transaction.set_rollback(True)
    assert not {page: status for page, (status, _) in found.items() if status >= 500}
    return found


@pytest.mark.parametrize("payloads", BATCHES, ids=range(len(BATCHES)))
def test_hostile_text_is_shown_as_it_was_written_and_does_nothing(payloads: tuple[str, ...]) -> None:
    expected = harmless()
    for page, answer in answers(*payloads).items():
        found = skeleton(answer.text)
        assert (answer.status_code, found.parts) == expected[page], page
        assert found.astray == [], page
        if page in SHOWN_IN_FULL:
            assert escape("".join(payloads)) in answer.text, page


def test_what_people_write_is_on_the_pages_that_are_looked_at() -> None:
    without = {page for page, answer in answers(HARMLESS).items() if HARMLESS not in answer.text}
    assert without == NOTHING_WRITTEN


def test_every_page_is_looked_at() -> None:
    rooms = (gig_pages, people_pages, file_pages)
    names = {pattern.name for patterns in rooms for pattern in patterns}
    assert names - {name for name, *_ in (*PAGES, *FORMS)} == SHOWN_ELSEWHERE


def test_every_payload_fits_a_tag() -> None:
    assert max(map(len, PAYLOADS)) <= TAG


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("<p>{}</p>", "<hr>"),
        ("<p title='{}'></p>", "' onclick='x"),
        ("<p title={}></p>", "x onclick=x"),
        ("<p>{}</p>", "<!-- -->"),
        ("<a href='{}'>x</a>", "javascript:x"),
        ("<a href='{}'>x</a>", "//evil.example"),
        ("<img srcset='/a 1w, {} 2w'>", "https://evil.example/x"),
    ],
)
def test_what_is_not_escaped_is_seen(written: str, seen: str) -> None:
    harmful, harmless_one = skeleton(written.format(seen)), skeleton(written.format("harmless"))
    assert harmful.parts != harmless_one.parts or harmful.astray
    assert not harmless_one.astray
