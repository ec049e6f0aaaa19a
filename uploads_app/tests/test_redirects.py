"""Pictures in S3 that people are sent on to: who is, how, how long it holds, and what a redirect says."""

import calendar
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from config.tests.services import need_s3
from gigs.models import GigImage
from gigs.tests.factories import GigFactory
from uploads_app.images.recipes import Edits
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.edit import edit
from uploads_app.services.share import share
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import S3, S3_RENDITIONS, storage
from uploads_app.storage.s3 import DurableS3Storage
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from users.models import User

SignIn = Callable[[User], APIClient]


@pytest.fixture(autouse=True)
def redirected(settings: Any, db: None) -> None:
    need_s3()
    settings.VITRINE_S3_DELIVERY = "redirect"
    storage(S3).mark()


@pytest.fixture
def file(owner: User) -> UploadedFile:
    """In S3, and in no use."""
    made = FileFactory.create(owner=owner, original_filename='Bl"ue ☃.png', storage=S3)
    store_bytes(made)
    return made


@pytest.fixture
def public(file: UploadedFile) -> Rendition:
    gig = GigFactory.create(owner=file.owner, published=True)
    GigImage.objects.create(gig=gig, file=file, position=7)
    return ready_rendition(file, data=b"RIFF the card", storage=S3_RENDITIONS)


def url_of(row: Rendition) -> str:
    return f"/api/upload/{row.file_id}/{row.preset}.{row.format}?v={row.digest}"


def seconds_of(answer: Any) -> int:
    """For how long a redirect's link is good from now on."""
    said = {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}
    begun = time.strptime(said["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    return calendar.timegm(begun) + int(said["X-Amz-Expires"]) - int(time.time())


def test_whoever_may_see_it_is_sent_to_the_storage(public: Rendition, visitor: APIClient) -> None:
    answer = visitor.get(url_of(public))
    assert (answer.status_code, answer.content) == (302, b"")
    there = httpx.get(answer["Location"], trust_env=False)
    assert (there.status_code, there.content) == (200, b"RIFF the card")


def test_a_redirect_is_for_one_browser_and_ends_before_its_link(
    public: Rendition, visitor: APIClient
) -> None:
    for path, most in ((url_of(public), 300), (url_of(public).partition("?")[0], 5)):
        kept = visitor.get(path)["Cache-Control"]
        assert kept.startswith("private, max-age=")
        assert 0 < int(kept.rpartition("=")[2]) <= min(most, seconds_of(visitor.get(path)))


def test_a_private_one_is_asked_for_each_time(file: UploadedFile, owner: User, signed_in: SignIn) -> None:
    answer = signed_in(owner).get(f"/api/upload/{file.pk}")
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
    assert httpx.get(answer["Location"], trust_env=False).status_code == 200


def test_a_redirect_carries_the_headers_of_safety_and_no_validators(
    public: Rendition, visitor: APIClient
) -> None:
    answer = visitor.get(url_of(public))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not {"ETag", "Last-Modified", "Content-Type", "Content-Disposition", "Set-Cookie"} & set(
        answer.headers
    )


def test_it_is_the_same_link_a_moment_later_and_another_for_another_picture(
    public: Rendition, file: UploadedFile, visitor: APIClient, settings: Any
) -> None:
    settings.VITRINE_S3_LINK_TTL = 300
    found = {visitor.get(url_of(public))["Location"] for _ in range(3)}
    assert len(found) <= 2  # one, but where a half of its life begins just now
    assert visitor.get(f"/api/upload/{file.pk}")["Location"] not in found


def test_conditions_and_head_are_answered_from_the_row(
    public: Rendition, visitor: APIClient, no_storage: None
) -> None:
    url, tag = url_of(public), f'"{public.sha256[:32]}"'
    head = visitor.head(url)
    assert (head.status_code, head["Content-Length"], head["ETag"]) == (200, "13", tag)
    same = visitor.get(url, headers={"If-None-Match": tag})
    assert (same.status_code, same["ETag"]) == (304, tag)
    assert visitor.get(url, headers={"If-Modified-Since": head["Last-Modified"]}).status_code == 304


def test_a_range_is_for_the_storage(public: Rendition, visitor: APIClient) -> None:
    for headers in (
        {"Range": "bytes=0-3"},
        {"Range": "bytes=0-3", "If-Range": '"x"'},
        {"Range": "bytes=99-"},
    ):
        assert visitor.get(url_of(public), headers=headers).status_code == 302


def test_it_costs_one_query_and_no_call_of_the_storage(
    public: Rendition, visitor: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.get(url_of(public))
    monkeypatch.setattr(DurableS3Storage, "_call", None)
    with CaptureQueriesContext(connection) as queries:
        assert visitor.get(url_of(public)).status_code == 302
    assert len(queries) == 1


def test_absent_and_private_answer_alike(
    file: UploadedFile, stranger: User, visitor: APIClient, signed_in: SignIn
) -> None:
    row = ready_rendition(file, storage=S3_RENDITIONS)
    absent = f"/api/upload/{'0' * 8}-0000-4000-8000-{'0' * 12}"
    for client in (visitor, signed_in(stranger)):
        nothing = client.get(absent)
        for url in (f"/api/upload/{file.pk}", url_of(row)):
            answer = client.get(url)
            assert (answer.status_code, answer.json()) == (nothing.status_code, nothing.json())
            assert "Location" not in answer


def test_what_is_hidden_sends_nobody_on(public: Rendition, visitor: APIClient) -> None:
    UploadedFile.objects.update(moderation="rejected")
    assert visitor.get(url_of(public)).status_code == 401


@pytest.mark.parametrize("left", [2, 40, 200])
def test_a_link_of_the_storage_ends_with_the_link_that_let_in(
    file: UploadedFile, visitor: APIClient, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    made = share(file.pk, 3600)
    monkeypatch.setattr("uploads_app.services.share.time", Clock(made.expires_at.timestamp() - left))
    answer = visitor.get(f"/api/upload/{file.pk}?share={made.token}")
    assert answer.status_code == 302
    assert 0 < seconds_of(answer) <= left
    kept = answer["Cache-Control"]
    assert kept == "no-store" or int(kept.rpartition("=")[2]) <= left
    assert httpx.get(answer["Location"], trust_env=False).status_code == 200
    monkeypatch.setattr("uploads_app.services.share.time", Clock(made.expires_at.timestamp()))
    assert visitor.get(f"/api/upload/{file.pk}?share={made.token}").status_code == 401


class Clock:
    """A clock that stands."""

    def __init__(self, now: float) -> None:
        self.time = lambda: now


def test_the_owner_of_an_edited_picture_is_sent_to_the_original_and_nobody_else(
    public: Rendition, file: UploadedFile, owner: User, visitor: APIClient, signed_in: SignIn, settings: Any
) -> None:
    edit(file, Edits(flip=True))
    settings.VITRINE_RENDERS_AT_ONCE = 0
    mine = signed_in(owner).get(f"/api/upload/{file.pk}")
    assert file.key in mine["Location"]
    assert mine["Vary"] == "Authorization, Cookie"
    assert visitor.get(f"/api/upload/{file.pk}").status_code == 503  # theirs would have to be made


def test_a_local_picture_is_sent_as_ever_beside_them(
    media: Any, owner: User, signed_in: SignIn, file: UploadedFile
) -> None:
    local = FileFactory.create(owner=owner, storage="local")
    place = store_bytes(local)
    client = signed_in(owner)
    answer = client.get(f"/api/upload/{local.pk}")
    assert (answer.status_code, answer.content) == (200, place.read_bytes())
    assert client.get(f"/api/upload/{file.pk}").status_code == 302


def test_through_the_bytes_come_from_here(
    file: UploadedFile, owner: User, signed_in: SignIn, settings: Any
) -> None:
    settings.VITRINE_S3_DELIVERY = "through"
    assert signed_in(owner).get(f"/api/upload/{file.pk}").status_code == 200


def test_without_keys_to_sign_with_it_is_away(
    file: UploadedFile, owner: User, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise StorageAway("no keys")

    monkeypatch.setattr(DurableS3Storage, "link", refuse)
    assert signed_in(owner).get(f"/api/upload/{file.pk}").status_code == 503
