"""Signed links: who holds one sees the file until it ends, and nobody can make or change one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from uploads_app.images.recipes import Crop, Edits
from uploads_app.models import UploadedFile
from uploads_app.services.edit import edit
from uploads_app.services.share import LONGEST, SHORTEST, seconds_left, share
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes, uploaded
from users.models import User

SignIn = Callable[[User], APIClient]
ID = UUID("6f2b9c1e-3b0a-4f7e-9c55-0d8f7a3b2c1d")


@pytest.fixture
def file(owner: User) -> UploadedFile:
    file = FileFactory.create(owner=owner)
    store_bytes(file)
    return file


@pytest.fixture
def link(file: UploadedFile, owner: User, signed_in: SignIn) -> str:
    answer = signed_in(owner).post(f"/api/upload/{file.pk}/share", {"expires_in": 3600})
    assert answer.status_code == 200
    assert answer.json().keys() == {"url", "expires_at"}
    url: str = answer.json()["url"]
    return url


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the clock, in seconds since the epoch."""
    return lambda moment: monkeypatch.setattr("uploads_app.services.share.time.time", lambda: moment)


def test_a_visitor_with_the_link_sees_the_file(
    link: str, visitor: APIClient, stranger: User, signed_in: SignIn
) -> None:
    assert visitor.get(link.partition("?")[0]).status_code == 401
    for client in (visitor, signed_in(stranger)):
        answer = client.get(link)
        assert answer.status_code == 200
        kept = answer["Cache-Control"]
        assert kept.startswith("private, max-age=")
        assert 0 < int(kept.rpartition("=")[2]) <= 3600 + 450


def test_it_opens_the_renditions_of_that_file_too(file: UploadedFile, link: str, visitor: APIClient) -> None:
    row = ready_rendition(file)
    token = link.partition("share=")[2]
    url = f"/api/upload/{file.pk}/card.webp?v={row.digest}"
    assert visitor.get(url).status_code == 401
    assert visitor.get(f"{url}&share={token}").status_code == 200


def test_no_other_file_is_opened_by_it(owner: User, link: str, visitor: APIClient) -> None:
    other = FileFactory.create(owner=owner)
    store_bytes(other)
    assert visitor.get(f"/api/upload/{other.pk}?{link.partition('?')[2]}").status_code == 401


def test_it_opens_nothing_but_the_bytes(file: UploadedFile, link: str, visitor: APIClient) -> None:
    query = link.partition("?")[2]
    assert visitor.get(f"/api/upload/{file.pk}/metadata?{query}").status_code == 401
    assert visitor.delete(f"/api/upload/{file.pk}?{query}").status_code == 401


@pytest.mark.parametrize("fate", ["rejected", "deleted", "owner disabled"])
def test_it_ends_with_the_file(
    file: UploadedFile, link: str, visitor: APIClient, stranger: User, signed_in: SignIn, fate: str
) -> None:
    if fate == "rejected":
        UploadedFile.objects.update(moderation="rejected")
    elif fate == "deleted":
        UploadedFile.objects.update(lifecycle="deleted")
    else:
        User.objects.filter(username="owner").update(is_active=False)
    assert visitor.get(link).status_code == 401
    assert signed_in(stranger).get(link).status_code == 404


def test_whoever_has_it_sees_the_edited_picture_only(owner: User, visitor: APIClient) -> None:
    file = uploaded(owner)
    edit(file, Edits(crop=Crop(0, 0, 0.5, 0.5)))
    answer = visitor.get(f"/api/upload/{file.pk}?share={share(file.pk, 3600).token}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Cache-Control"] == "private, max-age=5"


@pytest.mark.parametrize("wrong", [0, 59, LONGEST + 1, -1, 1.5, "3600", True, None, [], {}, 10**30], ids=repr)
def test_an_odd_time_is_refused(owner: User, file: UploadedFile, signed_in: SignIn, wrong: Any) -> None:
    answer = signed_in(owner).post(f"/api/upload/{file.pk}/share", {"expires_in": wrong})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["expires_in"]


def test_a_whole_number_may_be_written_with_a_point(
    owner: User, file: UploadedFile, signed_in: SignIn
) -> None:
    assert signed_in(owner).post(f"/api/upload/{file.pk}/share", {"expires_in": 3600.0}).status_code == 200


def test_every_changed_character_closes_it() -> None:
    token = share(ID, 3600).token
    assert seconds_left(ID, token) > 0
    for at, character in enumerate(token):
        for other in "0f.G":
            if other != character:
                assert seconds_left(ID, token[:at] + other + token[at + 1 :]) == 0


@pytest.mark.parametrize("token", ["", ".", "0.0", "f" * 49, "x" * 10_000, "ffffffff." + "é" * 40, "٣" * 8])
def test_nonsense_is_no_link(token: str) -> None:
    assert seconds_left(ID, token) == 0


def test_it_ends_when_it_says(at: Callable[[float], None]) -> None:
    at(1_800_000_000.5)
    made = share(ID, 3600)
    end = made.expires_at.timestamp()
    at(end - 1)
    assert seconds_left(ID, made.token) == 1
    for moment in (end, end + 1, end + 10**6):
        at(moment)
        assert seconds_left(ID, made.token) == 0


@pytest.mark.parametrize("expires_in", [SHORTEST, 61, 3600, 86_400, LONGEST - 1, LONGEST])
def test_it_lasts_about_as_long_as_asked_and_never_beyond_a_week(
    at: Callable[[float], None], expires_in: int
) -> None:
    for second in range(0, 700_000, 9_973):
        now = 1_800_000_000 + second
        at(now)
        lasts = share(ID, expires_in).expires_at - datetime.fromtimestamp(now, UTC)
        assert lasts.total_seconds() <= LONGEST
        step = max(SHORTEST, expires_in // 8)
        assert expires_in - step <= lasts.total_seconds() <= expires_in + step


def test_asked_again_soon_it_is_the_same_link(at: Callable[[float], None]) -> None:
    start = 1_800_000_000 // 450 * 450
    links = set()
    for second in (1, 100, 449):
        at(start + second)
        links.add(share(ID, 3600).token)
    assert len(links) == 1


def test_a_key_of_before_still_opens(settings: Any) -> None:
    token = share(ID, 3600).token
    settings.SECRET_KEY, old = "another key " * 5, settings.SECRET_KEY
    assert seconds_left(ID, token) == 0
    settings.SECRET_KEY_FALLBACKS = [old]
    assert seconds_left(ID, token) > 0
