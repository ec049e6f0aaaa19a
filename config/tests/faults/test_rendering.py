"""Renditions while S3 fails: made after one fault, put off whole after many, made once it is back."""

import pytest
from rest_framework.test import APIClient

from config.tests.faults.sound import assert_named, assert_unavailable, assert_whole, mend, send
from config.tests.faulty import WRITING, Fault, FaultyS3
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.work import render_set
from uploads_app.tests.rendering_states import let_leases_end, set_size, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(client: APIClient, s3: FaultyS3) -> UploadedFile:
    assert send(client).status_code == 201
    s3.forget()
    return UploadedFile.objects.get()


@pytest.mark.parametrize("fault", list(Fault))
def test_one_fault_while_the_picture_is_fetched_costs_a_second_try(
    file: UploadedFile, s3: FaultyS3, fault: Fault
) -> None:
    s3.fail(fault, "GET", times=1)
    render_set(file.pk)
    assert s3.asked["GET"] == 2
    assert state_of(file) == "done"
    assert_whole(ready=1)


@pytest.mark.parametrize("fault", WRITING)
@pytest.mark.parametrize("which", [1, 5])
def test_one_fault_while_one_of_a_set_is_stored_costs_a_second_try(
    file: UploadedFile, s3: FaultyS3, fault: Fault, which: int
) -> None:
    s3.fail(fault, "PUT", first=which, times=1)
    render_set(file.pk)
    assert s3.asked["PUT"] == set_size() + 1
    assert state_of(file) == "done"
    assert_whole(ready=1)
    assert Rendition.objects.count() == set_size()


@pytest.mark.parametrize(
    ("fault", "operation", "first"),
    [
        *((fault, "GET", 1) for fault in Fault),
        *((fault, "PUT", 1) for fault in WRITING),
        (Fault.BUSY, "PUT", 4),
        (Fault.LOST, "PUT", 4),
    ],
)
def test_many_faults_put_a_set_off_and_it_is_made_once_they_end(
    file: UploadedFile, s3: FaultyS3, fault: Fault, operation: str, first: int
) -> None:
    s3.fail(fault, operation, first=first)
    s3.fail(fault, "HEAD")
    render_set(file.pk)
    s3.heal()
    assert state_of(file) == "waiting"
    assert not Rendition.objects.filter(state="ready").exists()
    assert_named()
    let_leases_end()
    render_set(file.pk)
    assert state_of(file) == "done"
    assert Rendition.objects.filter(state="ready").count() == set_size()
    assert_whole(ready=1)


def test_what_was_stored_of_a_set_and_cannot_be_removed_stays_named(file: UploadedFile, s3: FaultyS3) -> None:
    s3.fail(Fault.BUSY, "PUT", first=4)
    s3.fail(Fault.BUSY, "DELETE")
    render_set(file.pk)
    s3.heal()
    assert set(Rendition.objects.values_list("state", flat=True)) == {"removing"}
    assert_named()
    mend()
    assert_whole(ready=1)
    render_set(file.pk)
    assert Rendition.objects.filter(state="ready").count() == set_size()
    assert_whole(ready=1)


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.BUSY, Fault.SILENT, Fault.CUT])
def test_whoever_waits_for_a_size_is_asked_to_come_again_and_then_gets_it(
    client: APIClient, file: UploadedFile, s3: FaultyS3, fault: Fault
) -> None:
    address = f"/api/upload/{file.pk}/card.webp"
    s3.fail(fault, "GET")
    assert_unavailable(client.get(address))
    s3.heal()
    assert_whole(ready=1)
    answer = client.get(address)
    assert answer.status_code == 200
    assert int(answer["Content-Length"]) == len(answer.content)
