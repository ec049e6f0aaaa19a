"""What nobody completed in time goes, with whatever came for it, whenever it came."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now

from uploads_app.models import DirectUpload, UploadedFile
from uploads_app.services.direct.end import expire
from uploads_app.services.direct.way import way_of
from uploads_app.services.reconcile import reconcile
from uploads_app.storage.places import LOCAL
from uploads_app.tests.direct.client import Sender, incoming, nothing_is_left, send
from uploads_app.tests.image_factories import jpeg_bytes
from users.models import User

pytestmark = pytest.mark.django_db
PICTURE = jpeg_bytes((64, 48))


def time_passes() -> None:
    DirectUpload.objects.update(expires_at=Now())


def test_late_is_404_and_leaves_nothing(sender: Sender) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    time_passes()
    url = f"/api/upload/{begun['file_id']}"
    before = [sender.complete(begun).status_code, sender.api.get(url).status_code]
    assert expire() == 1
    after = [sender.complete(begun).status_code, sender.api.get(url).status_code]
    assert before == after == [404, 404]
    assert nothing_is_left()
    assert not DirectUpload.objects.exists()


def test_one_whose_storage_is_no_longer_one_of_ours_keeps_its_row_and_holds_up_no_other(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    send(sender.begin(PICTURE), PICTURE)
    DirectUpload.objects.update(storage="taken_away")
    send(sender.begin(PICTURE), PICTURE)
    time_passes()
    assert expire() == 2
    assert [row.storage for row in DirectUpload.objects.all()] == ["taken_away"]
    assert len(incoming()) == 1
    assert "taken_away" in caplog.text


def test_the_storage_takes_nothing_late(sender: Sender, settings: Any) -> None:
    begun = sender.begin(PICTURE)
    later = DirectUpload.objects.get()
    later.expires_at -= timedelta(seconds=settings.VITRINE_DIRECT_TTL)
    way = way_of(later)
    url = begun["upload"]["url"] if way.url.startswith("http") else f"http://testserver{way.url}"
    late = begun["upload"] | {"url": url, "fields": way.fields}
    assert send({"upload": late}, PICTURE).status_code == 403
    assert incoming() == []


def test_what_is_within_its_time_is_left_alone(sender: Sender) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    assert expire() == 0
    report = reconcile(grace=0)
    assert (report.expired, report.strays) == (0, [])
    assert sender.complete(begun).status_code == 201


def test_a_completion_under_way_is_not_ended_by_the_clock(sender: Sender) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    lease = Now() + timedelta(seconds=60)
    DirectUpload.objects.update(state="completing", claim=begun["file_id"], lease_until=lease)
    time_passes()
    assert expire() == 0
    assert reconcile(grace=0).strays == []
    assert sender.complete(begun).status_code == 409
    DirectUpload.objects.update(lease_until=Now())
    assert expire() == 1
    assert nothing_is_left()


def test_what_arrives_after_the_end_is_a_stray_however_young(sender: Sender, place: str) -> None:
    begun = sender.begin(PICTURE)
    if place == LOCAL:  # this server takes nothing after the end: the bytes were on their way already
        send(begun, PICTURE)
    DirectUpload.objects.all().delete()
    if place != LOCAL:  # the form is good until its own end
        assert send(begun, PICTURE).status_code == 204
    assert len(incoming()) == 1
    assert len(reconcile(grace=10**6).strays) == 1
    assert nothing_is_left()


def test_what_is_sent_again_after_completing_goes_too(sender: Sender, place: str) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    sender.complete(begun)
    assert send(begun, PICTURE).status_code == (404 if place == LOCAL else 204)
    time_passes()
    expire()
    assert nothing_is_left(files=1)
    assert sender.complete(begun).status_code == 201


def test_a_day_later_a_file_is_like_any_other(sender: Sender, settings: Any) -> None:
    answer = sender.send_all(PICTURE).json()
    time_passes()
    expire()
    DirectUpload.objects.update(
        created_at=F("created_at") - timedelta(seconds=settings.VITRINE_IDEMPOTENCY_TTL)
    )
    expire()
    assert not DirectUpload.objects.exists()
    assert UploadedFile.objects.get().is_active
    assert sender.complete(answer).status_code == 409


def test_those_of_an_account_that_was_switched_off_end_at_once(sender: Sender, owner: User) -> None:
    send(sender.begin(PICTURE), PICTURE)
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    assert expire() == 1
    assert nothing_is_left()
