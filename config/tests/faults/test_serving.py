"""Bytes that Django sends while S3 fails: whole, or none."""

import pytest
from rest_framework.test import APIClient

from config.tests.faults.conftest import PICTURE
from config.tests.faults.sound import assert_unavailable, send
from config.tests.faulty import Fault, FaultyS3
from uploads_app.models import UploadedFile
from uploads_app.tests.stored import stored

pytestmark = pytest.mark.django_db
PART = {"Range": "bytes=100-1099"}


@pytest.fixture
def address(client: APIClient, s3: FaultyS3) -> str:
    found: str = send(client).json()["file_url"]
    s3.forget()
    return found


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("headers", [{}, PART])
def test_one_fault_costs_a_second_try(
    client: APIClient, address: str, s3: FaultyS3, fault: Fault, headers: dict[str, str]
) -> None:
    whole = client.get(address).content
    s3.forget()
    s3.fail(fault, "GET", times=1)
    answer = client.get(address, headers=headers)
    assert s3.asked["GET"] == 2
    assert answer.status_code == (206 if headers else 200)
    assert answer.content == (whole[100:1100] if headers else whole)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("headers", [{}, PART])
def test_many_faults_give_503_and_never_a_part_for_the_whole(
    client: APIClient, address: str, s3: FaultyS3, fault: Fault, headers: dict[str, str]
) -> None:
    s3.fail(fault, "GET")
    assert_unavailable(client.get(address, headers=headers))
    assert s3.asked["GET"] == 3
    s3.heal()
    assert client.get(address, headers=headers).status_code in (200, 206)


def test_bytes_that_are_missing_while_the_mark_cannot_be_seen_are_not_said_to_be_absent(
    client: APIClient, address: str, s3: FaultyS3
) -> None:
    file = UploadedFile.objects.get()
    stored(file).unlink()
    s3.fail(Fault.BUSY, "HEAD")
    assert_unavailable(client.get(address))


def test_what_needs_no_bytes_is_answered_all_the_same(client: APIClient, address: str, s3: FaultyS3) -> None:
    for operation in ("GET", "HEAD", "PUT", "DELETE", "LIST"):
        s3.fail(Fault.SILENT, operation)
    head = client.head(address)
    assert head.status_code == 200
    assert 0 < int(head["Content-Length"]) <= len(PICTURE)
    assert client.get(address, headers={"If-None-Match": head["ETag"]}).status_code == 304
    assert client.get(address + "/metadata").status_code == 200
    assert client.get("/api/upload/my-files/").json()["results"]
    assert s3.asked.total() == 0
