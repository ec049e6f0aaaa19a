"""A delete while S3 fails: gone for everybody at once, and its bytes once S3 is back."""

import pytest
from rest_framework.test import APIClient

from config.tests.faults.sound import assert_named, assert_whole, mend, send
from config.tests.faulty import WRITING, Fault, FaultyS3
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.reconcile import reconcile
from uploads_app.services.rendering.work import render_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(client: APIClient, s3: FaultyS3) -> str:
    found: str = send(client).json()["file_url"]
    render_set(UploadedFile.objects.get().pk)
    s3.forget()
    return found


@pytest.mark.parametrize("fault", WRITING)
def test_one_fault_costs_a_second_try(client: APIClient, address: str, s3: FaultyS3, fault: Fault) -> None:
    number = Rendition.objects.count() + 1
    s3.fail(fault, "DELETE", first=3, times=1)
    assert client.delete(address).status_code == 204
    assert s3.asked["DELETE"] == number + 1
    assert_whole(ready=0)


@pytest.mark.parametrize("fault", WRITING)
@pytest.mark.parametrize("first", [1, 6])
def test_many_faults_leave_a_row_that_names_the_bytes_until_they_are_gone(
    client: APIClient, address: str, s3: FaultyS3, fault: Fault, first: int
) -> None:
    s3.fail(fault, "DELETE", first=first)
    assert client.delete(address).status_code == 204
    assert UploadedFile.objects.get().lifecycle == "deleted"
    assert client.get(address).status_code == 404
    assert reconcile(grace=0).unpurged == 1
    s3.heal()
    assert_named()
    mend()
    assert_whole(ready=0)
    assert not Rendition.objects.exists()


def test_one_object_that_cannot_be_removed_holds_up_no_other(
    client: APIClient, address: str, s3: FaultyS3
) -> None:
    other = send(client).json()["file_url"]
    s3.fail(Fault.BUSY, "DELETE")
    assert client.delete(address).status_code == 204
    assert client.delete(other).status_code == 204
    s3.heal()
    s3.fail(Fault.BUSY, "DELETE", times=3)  # all tries of the first removal
    report = reconcile(grace=0)
    assert (report.purged, report.unpurged) == (1, 1)
    mend()
    assert_whole(ready=0)
