"""What nobody completed in time goes, with whatever came for it; what is under way is left alone."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from uploads_app.models import DirectUpload, TusPart, TusUpload, UploadedFile
from uploads_app.services.backup.files import copy_out
from uploads_app.services.reconcile import reconcile
from uploads_app.services.tus import parts
from uploads_app.services.tus.end import expire
from uploads_app.storage.places import storage
from uploads_app.tests.direct.client import incoming
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.stored import Stored, failing
from uploads_app.tests.tus.client import Sender, nothing_is_left

pytestmark = pytest.mark.django_db
PICTURE = jpeg_bytes((64, 48))
SIZE = len(PICTURE)


@pytest.fixture
def url(sender: Sender) -> str:
    """An upload of which a part has come."""
    found = sender.begin(SIZE)
    sender.send(found, 0, PICTURE[:100])
    return found


def time_passes() -> None:
    TusUpload.objects.update(expires_at=Now())


def a_day_passes(settings: Any) -> None:
    TusUpload.objects.update(expires_at=Now() - timedelta(seconds=settings.VITRINE_IDEMPOTENCY_TTL))


def test_late_is_410_before_and_after_its_bytes_went_and_404_a_day_later(
    sender: Sender, url: str, settings: Any
) -> None:
    time_passes()
    before = [sender.head(url).status_code, sender.send(url, 100, PICTURE[100:]).status_code]
    assert expire() == 1
    after = [sender.head(url).status_code, sender.send(url, 100, PICTURE[100:]).status_code]
    assert before == after == [410, 410]
    assert nothing_is_left()
    a_day_passes(settings)
    expire()
    assert sender.head(url).status_code == 404
    assert not TusUpload.objects.exists()


def test_a_part_whose_storage_is_no_longer_one_of_ours_keeps_its_row_and_holds_up_no_other(
    sender: Sender, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    TusPart.objects.update(storage="taken_away")
    sender.send(sender.begin(SIZE), 0, PICTURE[:100])
    time_passes()
    assert expire() == 2
    assert [part.storage for part in TusPart.objects.all()] == ["taken_away"]
    assert len(incoming()) == 1
    assert "taken_away" in caplog.text


def test_what_is_within_its_time_is_left_alone(sender: Sender, url: str) -> None:
    assert expire() == 0
    report = reconcile(grace=0)
    assert (report.expired, report.strays) == (0, [])
    assert sender.send(url, 100, PICTURE[100:]).status_code == 204


def test_a_part_that_somebody_may_still_be_writing_is_left_alone(
    sender: Sender, url: str, settings: Any
) -> None:
    TusPart.objects.update(state="writing")
    assert sender.end(url).status_code == 204
    expire()
    assert len(incoming()) == 1
    lease = timedelta(seconds=settings.VITRINE_UPLOAD_LEASE)
    TusPart.objects.update(created_at=F("created_at") - lease)
    expire()
    assert nothing_is_left()


@pytest.mark.parametrize("kind", [TusUpload, DirectUpload])
def test_what_just_became_a_file_is_not_ended_by_what_was_true_of_it_before(kind: Any) -> None:
    """On PostgreSQL an UPDATE that waited for a row judges it anew, but not what a query within it has found."""
    with CaptureQueriesContext(connection) as seen:
        kind.objects.over().unheld().update(state="failed")
    [said] = [query["sql"] for query in seen if query["sql"].startswith("UPDATE")]
    assert len(seen) == 1
    assert f'FROM "{kind._meta.db_table}"' not in said


def test_a_part_that_took_too_long_cannot_be_counted_while_it_is_removed(
    sender: Sender, url: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its upload would go on behind bytes that are not there."""
    lease = timedelta(seconds=settings.VITRINE_UPLOAD_LEASE)
    TusPart.objects.update(state="writing", created_at=F("created_at") - lease)
    remove, counted = parts.remove_quietly, list[int]()

    def as_its_writer_ends(found: Any) -> None:
        for part in found:
            counted.append(TusPart.objects.filter(pk=part.pk, state="writing").update(state="kept"))
            remove([part])

    monkeypatch.setattr(parts, "remove_quietly", as_its_writer_ends)
    expire()
    assert counted == [0]
    assert incoming() == []


def test_what_the_storage_does_not_remove_goes_the_next_time(sender: Sender, url: str) -> None:
    with failing("remove"):
        assert sender.send(url, 100, PICTURE[100:]).status_code == 204
        expire()
    assert len(incoming()) == 1
    expire()
    assert nothing_is_left(files=1)


def test_bytes_of_an_upload_whose_rows_are_gone_are_strays_however_young(sender: Sender, url: str) -> None:
    TusUpload.objects.all().delete()
    assert len(incoming()) == 1
    assert len(reconcile(grace=10**6).strays) == 1
    assert nothing_is_left()


def test_a_part_that_was_lost_or_damaged_ends_its_upload(sender: Sender) -> None:
    for harm in (Stored.unlink, lambda one: one.write_bytes(b"x" * 100)):
        url = sender.begin(SIZE)
        sender.send(url, 0, PICTURE[:100])
        part = TusPart.objects.get()
        harm(Stored(part.storage, part.key))
        answer = sender.send(url, 100, PICTURE[100:])
        assert (answer.status_code, answer.json()["code"]) == (410, "gone")
        assert not UploadedFile.objects.filter(lifecycle="ready").exists()
        assert nothing_is_left()


def test_a_part_that_no_row_names_any_more_ends_its_upload_too(sender: Sender, settings: Any) -> None:
    """Never is a file made of what is left."""
    settings.VITRINE_TUS_SMALL_PART = 1
    for lost in (0, 100):
        url = sender.begin(SIZE)
        sender.send(url, 0, PICTURE[:100])
        sender.send(url, 100, PICTURE[100:200])
        TusPart.objects.get(start=lost).delete()
        answer = sender.send(url, 200, PICTURE[200:])
        assert (answer.status_code, answer.json()["code"]) == (410, "gone")
        reconcile(grace=0)
        assert nothing_is_left()


@pytest.mark.parametrize("operation", ["write_once", "read"])
def test_while_the_storage_is_away_it_is_503_and_goes_on_later(
    sender: Sender, url: str, operation: str
) -> None:
    with failing(operation):
        answer = sender.send(url, 100, PICTURE[100:])
    assert answer.status_code == 503
    assert "Retry-After" in answer
    assert sender.offset(url) == 100
    assert sender.send(url, 100, PICTURE[100:]).status_code == 204
    assert nothing_is_left(files=1)


def test_with_the_storage_away_it_is_begun_and_its_first_bytes_are_sent_again(sender: Sender) -> None:
    with failing("write_once"):
        answer = sender.start(SIZE, PICTURE)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "0")
    assert sender.send(answer["Location"], 0, PICTURE).status_code == 204
    assert nothing_is_left(files=1)


def test_fsck_finds_nothing_wrong_with_one_under_way(sender: Sender, url: str) -> None:
    told = io.StringIO()
    call_command("media_fsck", "--deep", "--grace", "0", stdout=told)
    assert "incoming/" not in told.getvalue()


def test_a_backup_takes_one_under_way_along(sender: Sender, url: str, tmp_path: Any) -> None:
    copy_out(tmp_path)
    [part] = TusPart.objects.all()
    assert (tmp_path / part.key).read_bytes() == storage(part.storage).read(part.key) == PICTURE[:100]
