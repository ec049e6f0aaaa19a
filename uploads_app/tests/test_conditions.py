"""Conditional and range requests, on real bytes through the endpoint."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.http import http_date
from rest_framework.test import APIClient

from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, store_bytes
from uploads_app.tests.stored import stored
from users.models import User

pytestmark = pytest.mark.django_db
DATA = bytes(range(256)) * 10  # 2,560 bytes


@pytest.fixture
def file(owner: User) -> UploadedFile:
    made = FileFactory.create(owner=owner, file_size=len(DATA), original_filename='a "b".jpg')
    store_bytes(made, DATA)
    return made


@pytest.fixture
def get(file: UploadedFile, owner: User, signed_in: Callable[[User], APIClient]) -> Callable[..., Any]:
    client = signed_in(owner)

    def send(method: str = "get", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return getattr(client, method)(f"/api/upload/{file.pk}", headers=named)

    return send


def body(answer: Any) -> bytes:
    content: bytes = answer.content
    return content


def test_every_answer_with_bytes_carries_the_headers_of_the_contract(get: Callable[..., Any]) -> None:
    answer = get()
    assert body(answer) == DATA
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["ETag"].startswith('"')
    assert answer["Last-Modified"]
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Disposition"] == 'inline; filename="a \\"b\\".jpg"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in answer
    assert answer["Content-Length"] == str(len(DATA))


def test_a_public_file_may_be_kept_by_browsers_and_asked_again_by_shared_caches(
    file: UploadedFile, owner: User, visitor: APIClient
) -> None:
    owner.profile.image = file
    owner.profile.save(update_fields=["image"])
    answer = visitor.get(f"/api/upload/{file.pk}")
    assert answer["Cache-Control"] == "public, max-age=31536000, s-maxage=5, immutable"
    assert body(answer) == DATA
    assert "Set-Cookie" not in answer


def test_head_says_the_same_without_bytes(get: Callable[..., Any]) -> None:
    whole, head = get(), get("head")
    assert head.status_code == 200
    assert head.content == b""
    own = {"X-Request-ID": ""}  # each request has one
    assert dict(head.headers) | own == dict(whole.headers) | own


@pytest.mark.parametrize("match", ["{}", "W/{}", '"x", {}', "*"])
def test_a_matching_tag_is_304_without_opening_the_file(
    get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, match: str
) -> None:
    tag = get("head")["ETag"]
    monkeypatch.setattr("uploads_app.serve.views._read", None)
    answer = get(If_None_Match=match.format(tag))
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer["ETag"] == tag
    assert "Content-Type" not in answer  # caches keep what came with the bytes
    assert answer["Cache-Control"].startswith("private")


def test_another_tag_gets_the_bytes_even_when_the_date_matches(get: Callable[..., Any]) -> None:
    modified = get("head")["Last-Modified"]
    assert get(If_Modified_Since=modified).status_code == 304
    assert get(If_Modified_Since=modified, If_None_Match='"x"').status_code == 200
    assert get(If_Modified_Since=http_date(0)).status_code == 200
    assert get(If_Modified_Since="Fri, 31 Dec 2049 00:00:00 GMT").status_code == 200
    assert get(If_Modified_Since="nonsense").status_code == 200


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=5-9", 5, 9),
        ("bytes=2550-", 2550, 2559),
        ("bytes=-10", 2550, 2559),
        ("bytes=-99999", 0, 2559),
        ("bytes=0-99999999999999999999999", 0, 2559),
        ("Bytes=5-9", 5, 9),
    ],
)
def test_a_range_is_206(get: Callable[..., Any], asked: str, start: int, end: int) -> None:
    answer = get(Range=asked)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{end}/2560"
    assert answer["Content-Length"] == str(end - start + 1)
    assert body(answer) == DATA[start : end + 1]


@pytest.mark.parametrize(
    "asked", ["bytes=2560-", "bytes=9999-10000", "bytes=-0", "bytes=0-1,5-6", "bytes=" + "0-0," * 5000]
)
def test_a_range_outside_and_many_ranges_are_416(get: Callable[..., Any], asked: str) -> None:
    answer = get(Range=asked)
    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer["Content-Range"] == "bytes */2560"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "asked", ["bytes=", "bytes=x-y", "bytes=9-5", "items=0-5", "bytes=-", "bytes=\u0661-2"]
)
def test_a_range_that_is_none_is_ignored(get: Callable[..., Any], asked: str) -> None:
    answer = get(Range=asked)
    assert answer.status_code == 200
    assert body(answer) == DATA


def test_a_range_counts_only_while_the_validator_of_if_range_holds(get: Callable[..., Any]) -> None:
    head = get("head")
    for validator in (head["ETag"], head["Last-Modified"]):
        assert get(Range="bytes=0-1", If_Range=validator).status_code == 206
    for validator in ('"x"', "W/" + head["ETag"], http_date(0)):
        assert get(Range="bytes=0-1", If_Range=validator).status_code == 200


def test_bytes_that_are_lost_are_503_not_a_wrong_answer(get: Callable[..., Any], file: UploadedFile) -> None:
    stored(file).unlink()
    answer = get()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


@pytest.mark.parametrize(
    "path",
    ["{}/x.css", "{}%2e", "{};x.png", "{}/", "{{{}}}", "urn:uuid:{}", "{}.jpg", "my-files%2f{}"],
)
def test_other_spellings_of_an_address_are_404_or_the_same(
    file: UploadedFile, owner: User, signed_in: Callable[[User], APIClient], path: str
) -> None:
    answer = signed_in(owner).get("/api/upload/" + path.format(file.pk))
    assert answer.status_code == (200 if path == "{}/" else 404)


def test_a_public_file_costs_one_query(
    file: UploadedFile, owner: User, visitor: APIClient, django_assert_num_queries: Any
) -> None:
    owner.profile.image = file
    owner.profile.save(update_fields=["image"])
    with django_assert_num_queries(1):
        body(visitor.get(f"/api/upload/{file.pk}"))


def test_a_private_file_costs_two_queries(get: Callable[..., Any], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        body(get())


def test_bytes_that_were_cut_short_are_not_served(get: Callable[..., Any], file: UploadedFile) -> None:
    stored(file).write_bytes(DATA[:100])
    assert get().status_code == 503
