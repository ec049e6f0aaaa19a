"""The dashboard: the right numbers, for staff who may look, at a cost that does not grow with rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from uploads_app.models import ModerationEvent, Report, StorageUsage, UploadedFile
from uploads_app.services.moderation import statistics as numbers
from uploads_app.services.moderation.decide import Seen, approve, reject
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.moderation.staff import browser
from users.models import User
from users.tests.factories import UserFactory

PAGE = "/admin/uploads_app/uploadedfile/dashboard/"
MOST_QUERIES = 12


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 302), ("staff", 403), ("viewer", 200), ("moderator", 200), ("lead", 200), ("root", 200)],
)
def test_the_dashboard_is_for_staff_who_may_look(
    request: pytest.FixtureRequest, who: str, status: int
) -> None:
    client = browser(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == status
    assert client.post(PAGE).status_code in (302, 403, 405)


def test_a_visitor_is_led_to_the_login(db: None) -> None:
    assert browser(None).get(PAGE).status_code == 302


def test_each_rank_tells_how_many_wait_and_since_when(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    for days, rank in ((3, 1), (1, 1), (2, 4)):
        FileFactory.create(queue_rank=rank, uploaded_at=now - timedelta(days=days))
    FileFactory.create(queue_rank=0)
    FileFactory.create(queue_rank=1, lifecycle="deleted")
    found = {one.rank: one for one in numbers.queue()}
    assert {rank: one.count for rank, one in found.items()} == {
        "Appeal": 1, "Withheld": 0, "Reported": 0, "Plain": 2,
    }  # fmt: skip
    assert found["Plain"].oldest == now - timedelta(days=3)
    assert found["Reported"].oldest is None
    monkeypatch.setattr(numbers, "COUNTED", 1)
    assert {one.rank: one.count for one in numbers.queue()}["Plain"] == 2  # "more than one"


def test_days_are_counted_by_kind(owner: User, moderator: User) -> None:
    files = FileFactory.create_batch(3, owner=owner, file_size=1000)
    FileFactory.create(
        owner=owner, category="gig", file_size=50, uploaded_at=timezone.now() - timedelta(days=2)
    )
    FileFactory.create(owner=owner, uploaded_at=timezone.now() - timedelta(days=40))
    FileFactory.create(owner=owner, lifecycle="failed")
    approve(file_id=files[0].pk, by=moderator, seen=Seen.of(files[0]))
    for file in files[1:]:
        reject(file_id=file.pk, by=moderator, seen=Seen.of(file), reason="spam")
    Report.objects.create(file=files[0], reporter=moderator, reason="hate")
    old = Report.objects.create(file=files[1], reporter=moderator, reason="hate")
    Report.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))

    found = numbers.counted_now()
    assert len(found.decisions.days) == numbers.DAYS
    assert {kind: (row[-1], sum(row)) for kind, row in found.decisions.series.items()} == {
        "approve": (1, 1), "reject": (2, 2),
    }  # fmt: skip
    assert found.uploads.series["general"][-1] == 3
    assert found.upload_bytes.series["general"][-1] == 3000
    assert (found.uploads.series["gig"][-3], found.upload_bytes.series["gig"][-3]) == (1, 50)
    assert sum(found.uploads.series["general"]) == 3
    assert sum(found.reports.series["hate"]) == 1


def test_people_stand_in_the_order_of_what_they_keep_and_did(owner: User, stranger: User) -> None:
    StorageUsage.objects.update_or_create(owner=owner, defaults={"files": 2, "bytes": 10})
    StorageUsage.objects.update_or_create(owner=stranger, defaults={"files": 1, "bytes": 99})
    FileFactory.create_batch(2, owner=owner, moderation="rejected", queue_rank=0)
    FileFactory.create(owner=stranger, reports_open=7, queue_rank=2)
    FileFactory.create(owner=stranger)
    found = numbers.counted_now()
    assert [(one.username, one.bytes) for one in found.storage] == [("stranger", 99), ("owner", 10)]
    told = [(one.username, one.rejected, one.reports) for one in found.offenders]
    assert told == [("owner", 2, 0), ("stranger", 0, 7)]


def test_numbers_are_kept_for_a_minute(db: None) -> None:
    first = numbers.statistics()
    FileFactory.create(queue_rank=4)
    assert numbers.statistics() == first
    cache.clear()
    assert numbers.statistics() != first


def test_the_page_draws_its_charts_and_has_their_numbers_as_text(owner: User, viewer: User) -> None:
    FileFactory.create_batch(2, owner=owner, category="profile")
    text = browser(viewer).get(PAGE).content.decode()
    assert '<rect class="series-0"' in text
    assert text.count('role="img"') == 4
    assert "2 profile" in text
    assert "style=" not in text
    assert "<style" not in text


def test_the_dashboard_costs_as_much_with_many_rows_as_with_few(viewer: User, moderator: User) -> None:
    def queries(rows: int) -> int:
        for number in range(rows):
            person = UserFactory.create()
            file = FileFactory.create(owner=person, queue_rank=1 + number % 4, reports_open=1)
            StorageUsage.objects.update_or_create(owner=person, defaults={"files": 1, "bytes": 5})
            ModerationEvent.objects.create(
                file=file, action="approve", from_state="unreviewed", to_state="approved", serial=1
            )
            Report.objects.create(file=file, reporter=moderator, reason="spam")
        cache.clear()
        client = browser(viewer)
        client.get("/admin/")  # the session, and what the router looks up once
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            assert client.get(PAGE).status_code == 200
        return len([one for one in seen if _of_numbers(one)])

    few, many = queries(4), queries(12)
    assert few == many <= MOST_QUERIES
    assert UploadedFile.objects.count() == 16


def _of_numbers(query: dict[str, Any]) -> bool:
    return not any(
        table in query["sql"] for table in ('"django_session"', '"auth_', '"users_user_', "SAVEPOINT")
    )
