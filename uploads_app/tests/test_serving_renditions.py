"""Renditions and edited pictures over HTTP: headers, caching, queries, and who gets which picture."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from gigs.models import GigImage
from gigs.tests.factories import GigFactory
from uploads_app.images.recipes import Crop, Edits
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.edit import edit
from uploads_app.services.rendering.work import render_set
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes, uploaded
from uploads_app.tests.stored import stored
from users.models import User

SignIn = Callable[[User], APIClient]
FOR_EVER = "public, max-age=31536000, s-maxage=5, immutable"
BRIEFLY = "public, max-age=5, s-maxage=5"


def publish(file: UploadedFile) -> None:
    gig = GigFactory.create(owner=file.owner, published=True)
    GigImage.objects.create(gig=gig, file=file, position=7)


def url_of(row: Rendition) -> str:
    return f"/api/upload/{row.file_id}/{row.preset}.{row.format}?v={row.digest}"


def body(answer: Any) -> bytes:
    content: bytes = answer.content
    return content


@pytest.fixture
def public(owner: User) -> Rendition:
    file = FileFactory.create(owner=owner, original_filename='Bl"ue ☃.png')
    store_bytes(file)
    publish(file)
    return ready_rendition(file, data=b"RIFF the card")


def test_it_carries_every_header_of_the_contract(public: Rendition, visitor: APIClient) -> None:
    answer = visitor.get(url_of(public))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["ETag"].startswith('"')
    assert answer["Last-Modified"]
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Disposition"].startswith("inline; filename*=UTF-8''Bl%22ue%20%E2%98%83.webp")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"] == FOR_EVER
    assert "Set-Cookie" not in answer
    assert body(answer) == b"RIFF the card"


def test_an_address_that_names_no_version_is_kept_briefly(public: Rendition, visitor: APIClient) -> None:
    plain = url_of(public).partition("?")[0]
    for url in (plain, f"{plain}?v=", f"{plain}?v={'0' * 20}"):
        answer = visitor.get(url)
        assert (answer.status_code, answer["Cache-Control"]) == (200, BRIEFLY)


def test_a_private_one_is_never_kept_by_shared_caches(owner: User, signed_in: SignIn) -> None:
    row = ready_rendition(FileFactory.create(owner=owner))
    answer = signed_in(owner).get(url_of(row))
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_ranges_and_conditions_are_honoured(public: Rendition, visitor: APIClient) -> None:
    url = url_of(public)
    part = visitor.get(url, headers={"Range": "bytes=5-7"})
    assert (part.status_code, body(part), part["Content-Range"]) == (206, b"the", "bytes 5-7/13")
    tag = visitor.get(url)["ETag"]
    assert visitor.get(url, headers={"If-None-Match": tag}).status_code == 304
    assert visitor.get(url, headers={"Range": "bytes=99-"}).status_code == 416
    assert visitor.get(url, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200
    head = visitor.head(url)
    assert (head.status_code, head["Content-Length"], head.content) == (200, "13", b"")


def test_a_public_one_costs_one_query(public: Rendition, visitor: APIClient) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert visitor.get(url_of(public)).status_code == 200
    assert len(queries) == 1


def test_a_private_one_costs_two_queries(owner: User, signed_in: SignIn) -> None:
    row = ready_rendition(FileFactory.create(owner=owner))
    client = signed_in(owner)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url_of(row)).status_code == 200
    assert len(queries) == 2, [query["sql"][:300] for query in queries]


def test_a_304_touches_no_file(public: Rendition, visitor: APIClient) -> None:
    tag = visitor.get(url_of(public))["ETag"]
    stored(public).unlink()
    assert visitor.get(url_of(public), headers={"If-None-Match": tag}).status_code == 304
    assert visitor.get(url_of(public)).status_code == 503


@pytest.mark.parametrize("state", ["pending", "retired", "removing"])
def test_only_what_is_ready_is_served(owner: User, signed_in: SignIn, state: str, settings: Any) -> None:
    settings.VITRINE_RENDERS_AT_ONCE, settings.VITRINE_RENDER_WAIT_FOR_OTHERS = 0, 0.1
    row = ready_rendition(FileFactory.create(owner=owner), state=state)
    Rendition.objects.filter(state="pending").update(lease_until="2999-01-01T00:00:00Z")
    assert signed_in(owner).get(url_of(row)).status_code == 503


def test_a_rendition_of_another_file_is_not_reached_by_its_version(
    owner: User, stranger: User, signed_in: SignIn, settings: Any
) -> None:
    settings.VITRINE_RENDERS_AT_ONCE = 0
    mine = FileFactory.create(owner=stranger)
    other = ready_rendition(FileFactory.create(owner=owner))
    answer = signed_in(stranger).get(f"/api/upload/{mine.pk}/card.webp?v={other.digest}")
    assert answer.status_code == 503  # their own would have to be made


def test_a_hidden_one_is_gone_at_once(public: Rendition, visitor: APIClient) -> None:
    UploadedFile.objects.update(moderation="rejected")
    tag = f'"{public.sha256[:32]}"'
    for headers in ({}, {"If-None-Match": tag}):
        answer = visitor.get(url_of(public), headers=headers)
        assert (answer.status_code, answer["Cache-Control"]) == (401, "no-store")


def test_what_was_cropped_away_is_seen_by_owner_and_staff_alone(
    owner: User, stranger: User, staff: User, visitor: APIClient, signed_in: SignIn
) -> None:
    file = uploaded(owner)
    publish(file)
    url = f"/api/upload/{file.pk}"
    whole = body(visitor.get(url))
    edit(file, Edits(crop=Crop(0, 0, 0.5, 0.5)))
    render_set(file.pk)
    largest = stored(Rendition.objects.get(preset="w1920", format="webp", state="ready")).read_bytes()

    for client in (visitor, signed_in(stranger)):
        answer = client.get(url)
        assert answer["Content-Type"] == "image/webp"
        assert answer["Cache-Control"] == BRIEFLY
        assert "Authorization" in answer["Vary"]
        assert body(answer) == largest
    for client in (signed_in(owner), signed_in(staff)):
        answer = client.get(url)
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"] == "private, no-cache"
        assert body(answer) == whole


def test_the_original_is_hidden_before_anything_is_rendered(owner: User, visitor: APIClient) -> None:
    file = uploaded(owner)
    publish(file)
    url = f"/api/upload/{file.pk}"
    tag = visitor.get(url)["ETag"]
    edit(file, Edits(flip=True))
    answer = visitor.get(url, headers={"If-None-Match": tag})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")


def test_the_api_points_to_renditions_and_falls_back_to_what_is_there(
    owner: User, visitor: APIClient
) -> None:
    file = uploaded(owner)
    gig = GigFactory.create(owner=owner, published=True)
    GigImage.objects.filter(gig=gig).delete()
    GigImage.objects.create(gig=gig, file=file, position=0)
    where = f"/api/upload/gig-images/{gig.pk}"

    [picture] = visitor.get(where).json()["images"]
    assert {one["url"] for one in picture["renditions"].values()} == {f"/api/upload/{file.pk}"}

    render_set(file.pk)
    [picture] = visitor.get(where).json()["images"]
    for name, one in picture["renditions"].items():
        assert f"/{name}.webp?v=" in one["url"]
        assert visitor.get(one["url"])["Cache-Control"] == FOR_EVER
    assert picture["srcset"].split(", ")[0].endswith(" 200w")  # the picture is 200 px wide, whatever is asked

    Rendition.objects.filter(preset="card").delete()
    [picture] = visitor.get(where).json()["images"]
    assert (
        "/w320.webp" in picture["renditions"]["card"]["url"]
        or "/avatar" in picture["renditions"]["card"]["url"]
    )


def test_an_edited_picture_shows_no_more_before_it_is_rendered(owner: User, visitor: APIClient) -> None:
    file = uploaded(owner)
    gig = GigFactory.create(owner=owner, published=True)
    GigImage.objects.filter(gig=gig).delete()
    GigImage.objects.create(gig=gig, file=file, position=0)
    edit(file, Edits(crop=Crop(0, 0, 0.5, 0.5), rotate=90))
    [picture] = visitor.get(f"/api/upload/gig-images/{gig.pk}").json()["images"]
    assert picture["placeholder"] == ""
    assert (picture["width"], picture["height"]) == (75, 100)
    assert visitor.get(picture["url"]).status_code == 200
    assert {one["url"] for one in picture["renditions"].values()} == {picture["url"]}


def test_a_front_server_that_asks_is_told_from_rows_alone(
    media: Path, public: Rendition, visitor: APIClient, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VITRINE_ACCEL = "/_stored/"
    monkeypatch.setattr("uploads_app.serve.choose.rendition_on_demand", None)  # nothing is made, nobody waits
    ask = {"X-Vitrine-Ask": "1"}
    yes = visitor.head(url_of(public), headers=ask)
    assert (yes.status_code, yes["X-Vitrine-Stored"]) == (204, public.key)
    assert visitor.head(f"/api/upload/{public.file_id}/w320.avif", headers=ask).status_code == 403
    assert visitor.head(f"/api/upload/{public.file_id}/nonsense.webp", headers=ask).status_code == 403
    assert visitor.head(f"/api/upload/{uuid4()}", headers=ask).status_code == 401
    UploadedFile.objects.update(edits={"flip": True})
    assert visitor.head(f"/api/upload/{public.file_id}", headers=ask).status_code == 403


def test_without_a_front_server_such_a_question_means_nothing(public: Rendition, visitor: APIClient) -> None:
    answer = visitor.get(url_of(public), headers={"X-Vitrine-Ask": "1"})
    assert (answer.status_code, body(answer)) == (200, b"RIFF the card")
    assert "X-Vitrine-Stored" not in answer
