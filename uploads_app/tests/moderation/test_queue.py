"""The queue: in which order, narrowed by what, page by page, and counted only as far as it helps."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from uploads_app.errors import Invalid
from uploads_app.models import UploadedFile
from uploads_app.services.moderation import queue
from uploads_app.services.moderation.evidence import evidence_of
from uploads_app.services.moderation.queue import Wanted, Which, count, look_alikes, queue_page
from uploads_app.services.moderation.similar import remember
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.plans import settle_planner
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
Rank = UploadedFile.QueueRank
NOW = timezone.now()


def waiting(name: str, rank: int = Rank.PLAIN, age: int = 0, **columns: object) -> UploadedFile:
    """A file in the queue, uploaded `age` days ago."""
    withheld = {Rank.WITHHELD: "check", Rank.APPEAL: "appeal"}.get(Rank(rank), "")
    defaults = {"withheld": withheld, "reports_open": 1 if rank == Rank.REPORTED else 0}
    return FileFactory.create(
        original_filename=name, queue_rank=rank, uploaded_at=NOW - timedelta(days=age), **defaults | columns
    )


def names(wanted: Wanted = Wanted(), cursor: str | None = None, limit: int = 24) -> list[str]:  # noqa: B008
    return [file.original_filename for file in queue_page(wanted, cursor=cursor, limit=limit).rows]


def all_pages(wanted: Wanted, limit: int) -> list[str]:
    found, cursor = [], None
    while True:
        page = queue_page(wanted, cursor=cursor, limit=limit)
        found += [file.original_filename for file in page.rows]
        if page.next is None:
            return found
        cursor = page.next


def test_whom_waiting_harms_most_comes_first_then_the_oldest() -> None:
    waiting("plain new")
    waiting("plain old", age=3)
    waiting("reported", Rank.REPORTED)
    waiting("withheld", Rank.WITHHELD)
    waiting("appeal", Rank.APPEAL)
    FileFactory.create(queue_rank=Rank.OUT, moderation="approved")
    FileFactory.create(lifecycle="deleted")
    FileFactory.create(lifecycle="pending")
    assert names() == ["appeal", "withheld", "reported", "plain old", "plain new"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_put_together_are_the_whole_queue_whatever_their_length(limit: int) -> None:
    for rank in (Rank.PLAIN, Rank.REPORTED, Rank.APPEAL):
        for number in range(3):
            waiting(f"{rank} {number}", rank, age=number // 2)  # some at the very same time
    whole = names()
    assert len(whole) == 9
    assert all_pages(Wanted(), limit) == whole


def test_what_is_decided_meanwhile_moves_no_other_file_to_another_page() -> None:
    for number in range(4):
        waiting(f"{number}", age=10 - number)
    first = queue_page(Wanted(), limit=2)
    UploadedFile.objects.filter(pk__in=[file.pk for file in first.rows]).update(
        queue_rank=Rank.OUT, moderation="approved"
    )
    assert names(cursor=first.next) == ["2", "3"]


@pytest.mark.parametrize("cursor", ["x", "1~2~3", "9~2026-01-01T00:00:00+00:00~x", "~~", "1~2026-01-01~"])
def test_a_cursor_that_was_not_given_out_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        queue_page(Wanted(), cursor=cursor)


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (Which.WAITING, {"plain", "withheld", "told"}),
        (Which.UNREVIEWED, {"plain", "withheld"}),
        (Which.WITHHELD, {"withheld"}),
        (Which.APPROVED, {"good", "told"}),
        (Which.REJECTED, {"bad"}),
        (Which.ALL, {"plain", "withheld", "told", "good", "bad"}),
    ],
)
def test_a_list_is_of_one_state(which: Which, expected: set[str]) -> None:
    waiting("plain")
    waiting("withheld", Rank.WITHHELD)
    waiting("told", Rank.REPORTED, moderation="approved")
    waiting("good", Rank.OUT, moderation="approved")
    waiting("bad", Rank.OUT, moderation="rejected")
    assert set(names(Wanted(which=which))) == expected
    assert set(all_pages(Wanted(which=which), 1)) == expected
    assert count(Wanted(which=which)).total == len(expected)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(category="gig"), {"a", "b"}),
        (Wanted(owner="ada"), {"a", "c"}),
        (Wanted(reported=3), {"a"}),
        (Wanted(older=timedelta(days=5)), {"b", "c"}),
        (Wanted(newer=timedelta(days=5)), {"a"}),
        (Wanted(owner="ada", older=timedelta(days=5)), {"c"}),
        (Wanted(owner="nobody"), set()),
    ],
)
def test_a_list_is_narrowed_by_all_that_is_asked_for(wanted: Wanted, expected: set[str]) -> None:
    ada, bob = UserFactory.create(username="ada"), UserFactory.create(username="bob")
    waiting("a", Rank.REPORTED, category="gig", owner=ada, reports_open=3)
    waiting("b", category="gig", owner=bob, age=6)
    waiting("c", category="profile", owner=ada, age=9)
    assert set(names(wanted)) == expected


def test_a_list_is_of_what_looks_like_a_file() -> None:
    looks = 0x5A5AC3C30F0F9669
    one, two = waiting("one", phash=looks), waiting("two", phash=looks ^ 0b101)
    waiting("other", phash=looks >> 1)
    for file in UploadedFile.objects.all():
        remember(file)
    assert set(names(Wanted(among=look_alikes(one.pk)))) == {"one", "two"}
    assert count(Wanted(among=look_alikes(two.pk))).total == 2
    assert look_alikes(uuid4()) == []


def test_files_are_counted_no_further_than_it_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "COUNTED", 3)
    for number in range(3):
        waiting(f"{number}", Rank.REPORTED if number == 0 else Rank.PLAIN)
    counted = count(Wanted())
    assert (counted.total, counted.more, counted.by_rank) == (3, False, {Rank.REPORTED: 1, Rank.PLAIN: 2})
    waiting("one more")
    waiting("and one")
    counted = count(Wanted())
    assert (counted.total, counted.more) == (3, True)


def test_an_owners_record_counts_what_stands_out_of_theirs_alone(owner: User) -> None:
    file = waiting("this", owner=owner)
    waiting("good", Rank.OUT, moderation="approved", owner=owner)
    waiting("bad", Rank.OUT, moderation="rejected", owner=owner)
    waiting("told", Rank.REPORTED, owner=owner)
    waiting("another's", Rank.OUT, moderation="rejected")
    record = evidence_of([file])[file.pk].record
    assert (record.approved, record.rejected, record.reported) == (1, 1, 1)


@pytest.mark.parametrize("where", ["first", "deep"])
def test_a_page_of_the_queue_is_bounded_by_its_index(owner: User, where: str) -> None:
    files = FileFactory.build_batch(3000, owner=owner)
    for number, file in enumerate(files):
        file.uploaded_at = NOW - timedelta(minutes=number)
        if number % 10:  # as in life: most files are decided on
            file.moderation, file.queue_rank = "approved", Rank.OUT
        else:
            file.queue_rank = 1 + number // 10 % 3
    UploadedFile.objects.bulk_create(files)
    settle_planner()
    rows = queue.wanted_files(Wanted()).order_by("-queue_rank", "uploaded_at", "pk")
    if where == "deep":
        middle = NOW - timedelta(minutes=1500)
        rows = rows.filter(queue_rank=Rank.PLAIN, uploaded_at__gte=middle)
    plan = rows[:25].explain()
    assert "file_queue" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    if where == "deep" and connection.vendor == "sqlite":
        assert "uploaded_at>?" in plan
