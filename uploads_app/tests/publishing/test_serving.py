"""Everybody is sent to the copies of what is public, and copies say of themselves what we would."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from gigs.models import Gig
from uploads_app.models import PublicCopy, Rendition, UploadedFile
from uploads_app.services.publishing.addresses import public_address
from uploads_app.services.publishing.sweep import sweep
from uploads_app.storage.places import LOCAL_RENDITIONS, S3_RENDITIONS
from uploads_app.tests.factories import ready_rendition
from uploads_app.tests.publishing.copies import DATA, fetch, url_of
from users.models import User

SignIn = Callable[[User], APIClient]


def test_everybody_is_sent_to_the_copy_of_what_is_public(
    row: Rendition, copy: PublicCopy, visitor: APIClient, owner: User, signed_in: SignIn
) -> None:
    for client in (visitor, signed_in(owner)):
        answer = client.get(url_of(row))
        assert (answer.status_code, answer.content) == (302, b"")
        assert answer["Location"] == public_address(copy.key)
        assert answer["Cache-Control"] == "public, max-age=5, s-maxage=5"
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert row.key not in answer["Location"]


def test_the_copy_says_of_itself_what_we_would(copy: PublicCopy) -> None:
    there = fetch(copy.key)
    assert (there.status_code, there.content) == (200, DATA)
    assert there.headers["content-type"] == "image/webp"
    assert there.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert there.headers["content-disposition"].startswith('inline; filename="Blue.webp"')
    assert "x-amz-meta-sha256" not in there.headers


def test_the_bucket_cannot_be_listed_by_everybody(copy: PublicCopy, everybodys: str) -> None:
    for path in ("", "/", "/?list-type=2&prefix=tests/"):
        assert httpx.get(everybodys + path, trust_env=False).status_code == 403


def test_it_costs_one_query_and_no_call_of_the_storage(
    row: Rendition, copy: PublicCopy, visitor: APIClient, no_storage: None
) -> None:
    visitor.get(url_of(row))
    with CaptureQueriesContext(connection) as queries:
        assert visitor.get(url_of(row)).status_code == 302
    assert len(queries) == 1


def test_conditions_and_head_are_answered_from_the_row(
    row: Rendition, copy: PublicCopy, visitor: APIClient
) -> None:
    tag = visitor.head(url_of(row))["ETag"]
    assert visitor.get(url_of(row), headers={"If-None-Match": tag}).status_code == 304


def test_what_is_private_has_no_copy(file: UploadedFile) -> None:
    ready_rendition(file, storage=S3_RENDITIONS)
    sweep()
    assert not PublicCopy.objects.exists()


def test_originals_and_other_versions_are_never_sent_there(
    row: Rendition, copy: PublicCopy, visitor: APIClient
) -> None:
    for path in (f"/api/upload/{row.file_id}", url_of(row).partition("?")[0]):
        assert visitor.get(path).status_code == 200


def test_what_lies_on_this_machine_is_copied_too(file: UploadedFile, gig: Gig, visitor: APIClient) -> None:
    local = ready_rendition(file, data=b"local bytes", storage=LOCAL_RENDITIONS)
    sweep()
    assert fetch(PublicCopy.objects.get().key).content == b"local bytes"
    assert visitor.get(url_of(local)).status_code == 302
