"""Lists: constant queries, pages by an index, steady and flat however deep."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from gigs.models import GigImage
from gigs.tests.factories import GigFactory
from uploads_app import pagination
from uploads_app.models import UploadedFile
from uploads_app.services.library import files_of, list_files
from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], APIClient]
URL = "/api/upload/my-files/"
START = datetime(2026, 1, 1, tzinfo=UTC)


def forged(place: str) -> str:
    """A cursor of the right form that was not given out."""
    return base64.urlsafe_b64encode(json.dumps(["n", place, str(UUID(int=1))]).encode()).decode().rstrip("=")


def many(owner: User, count: int, category: str = "general") -> None:
    """Files in bulk, several of them at the same moment."""
    UploadedFile.objects.bulk_create(
        UploadedFile(
            owner=owner,
            category=category,
            lifecycle="ready",
            file=f"uploads/{category}/{uuid4()}.jpg",
            original_filename=f"picture {n}.jpg",
            content_type="image/jpeg",
            file_size=1,
            sha256="0" * 64,
            width=1,
            height=1,
            uploaded_at=START + timedelta(seconds=n // 3),
        )
        for n in range(count)
    )


def walk(client: APIClient, url: str | None, direction: str = "next") -> list[str]:
    found: list[str] = []
    while url:
        page = client.get(url).json()
        ids = [row["file_id"] for row in page["results"]]
        found = found + ids if direction == "next" else ids + found
        url = page[direction]
    return found


def test_walking_all_pages_shows_every_file_once_in_order(owner: User, signed_in: SignedIn) -> None:
    many(owner, 53)
    found = walk(signed_in(owner), f"{URL}?limit=10")
    expected = UploadedFile.objects.order_by("-uploaded_at", "-pk").values_list("pk", flat=True)
    assert found == [str(pk) for pk in expected]


def test_walking_back_shows_the_same(owner: User, signed_in: SignedIn) -> None:
    many(owner, 23)
    client = signed_in(owner)
    url, last = f"{URL}?limit=5", ""
    while url:
        last, url = url, client.get(url).json()["next"]
    assert walk(client, last, "previous") == walk(client, f"{URL}?limit=5")


def test_files_that_come_and_go_neither_repeat_nor_hide_others(owner: User, signed_in: SignedIn) -> None:
    many(owner, 20)
    client = signed_in(owner)
    first = client.get(f"{URL}?limit=10").json()
    rest = {
        str(pk)
        for pk in UploadedFile.objects.order_by("-uploaded_at", "-pk").values_list("pk", flat=True)[10:]
    }
    FileFactory.create(owner=owner)
    UploadedFile.objects.filter(pk=first["results"][0]["file_id"]).update(lifecycle="deleted")
    assert set(walk(client, first["next"])) == rest


def test_the_number_of_queries_is_the_same_for_20_and_100_rows(owner: User, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    gig = GigFactory.create(owner=owner, published=True)

    def queries(rows: int) -> int:
        many(owner, rows - UploadedFile.objects.filter(owner=owner).count())
        GigImage.objects.all().delete()
        GigImage.objects.bulk_create(
            GigImage(gig=gig, file=file, position=n)
            for n, file in enumerate(UploadedFile.objects.filter(owner=owner))
        )
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = client.get(f"{URL}?limit=100")
        assert len(answer.json()["results"]) == rows
        assert all(row["in_use_by"] for row in answer.json()["results"])
        return len(seen)

    assert queries(20) == queries(100) <= 5


@pytest.mark.parametrize("category", [None, "gig"])
@pytest.mark.parametrize("search", ["", "picture 1"])
def test_pages_are_those_of_the_plain_query(owner: User, category: str | None, search: str) -> None:
    many(owner, 20, "gig")
    many(owner, 20, "general")
    order = pagination.newest("uploaded_at")
    cursor, seen = None, 0
    while seen == 0 or cursor:
        files = files_of(owner.pk, category=category, search=search)
        plain = pagination.page(files, order, limit=7, cursor=cursor)
        listed = list_files(owner, category=category, search=search, limit=7, cursor=cursor)
        assert listed == plain
        for back in filter(None, [plain.previous]):
            again = list_files(owner, category=category, search=search, limit=7, cursor=back)
            assert again == pagination.page(files, order, limit=7, cursor=back)
        cursor, seen = plain.next, seen + len(plain.rows)
    assert seen == files_of(owner.pk, category=category, search=search).count() > 7


def test_one_question_leaves_nothing_behind_for_the_next(owner: User, signed_in: SignedIn) -> None:
    many(owner, 3)
    client = signed_in(owner)
    assert len(client.get(f"{URL}?limit=1&category=general&search=2").json()["results"]) == 1
    assert len(client.get(URL).json()["results"]) == 3


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=1000000000",
        "limit=x",
        "category=other",
        "cursor=x",
        "cursor=W10",
        "cursor=WyJuIiwiMjAyNiIsIngiXQ",
        f"cursor={forged('0001-01-01T00:00:00+23:59')}",
        f"cursor={forged('2026-01-01T00:00:00')}",
        "cursor=%00",
        "search=%00",
        "search=" + "x" * 201,
    ],
)
def test_malformed_queries_are_400_and_name_the_field(owner: User, signed_in: SignedIn, query: str) -> None:
    answer = signed_in(owner).get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {query.partition("=")[0]}


@pytest.mark.parametrize(
    "query", ["owner__password__startswith=a", "_connector=OR", "ordering=owner__password"]
)
def test_unknown_parameters_are_ignored(owner: User, stranger: User, signed_in: SignedIn, query: str) -> None:
    FileFactory.create(owner=stranger)
    mine = FileFactory.create(owner=owner)
    assert walk(signed_in(owner), f"{URL}?{query}") == [str(mine.pk)]


def test_search_finds_a_part_of_the_name_in_any_case(owner: User, signed_in: SignedIn) -> None:
    wanted = FileFactory.create(owner=owner, original_filename="Sunset at the Pier.jpg")
    FileFactory.create(owner=owner, original_filename="100% wool.jpg")
    client = signed_in(owner)
    assert walk(client, f"{URL}?search=sunset") == [str(wanted.pk)]
    assert len(walk(client, f"{URL}?search=%25")) == 1


@pytest.mark.parametrize("lifecycle", ["pending", "deleted", "failed", "purged"])
def test_only_ready_files_are_listed(owner: User, signed_in: SignedIn, lifecycle: str) -> None:
    FileFactory.create(owner=owner, lifecycle=lifecycle)
    assert walk(signed_in(owner), URL) == []
