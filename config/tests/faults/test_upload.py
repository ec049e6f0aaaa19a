"""An upload while S3 fails: taken after one fault, refused whole after many, and mended by itself."""

import pytest
from rest_framework.test import APIClient

from config.tests.faults.sound import assert_named, assert_unavailable, assert_whole, mend, send
from config.tests.faulty import WRITING, Fault, FaultyS3
from uploads_app.models import UploadedFile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fault", WRITING)
def test_one_fault_costs_a_second_try_and_nothing_else(client: APIClient, s3: FaultyS3, fault: Fault) -> None:
    s3.fail(fault, "PUT", times=1)
    answer = send(client)
    assert answer.status_code == 201
    assert s3.asked["PUT"] == 2
    assert_whole(ready=1)
    assert client.get(answer.json()["file_url"]).status_code == 200


@pytest.mark.parametrize("fault", WRITING)
def test_many_faults_refuse_it_and_nothing_of_it_stays(client: APIClient, s3: FaultyS3, fault: Fault) -> None:
    assert send(client).status_code == 201
    s3.fail(fault, "PUT")
    s3.fail(fault, "HEAD")
    answer = send(client)
    s3.heal()
    assert_unavailable(answer)
    assert_named()
    mend()
    assert_whole(ready=1)
    assert send(client).status_code == 201
    assert_whole(ready=2)


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.SILENT, Fault.LOST])
def test_with_s3_away_altogether_rows_name_what_may_have_stayed(
    client: APIClient, s3: FaultyS3, fault: Fault
) -> None:
    for operation in ("PUT", "GET", "HEAD", "DELETE", "LIST"):
        s3.fail(fault, operation)
    assert_unavailable(send(client))
    s3.heal()
    assert_named()
    mend()
    assert_whole(ready=0)
    assert UploadedFile.objects.get().lifecycle == "purged"


def test_an_answer_that_got_lost_is_success_without_a_second_object(client: APIClient, s3: FaultyS3) -> None:
    s3.fail(Fault.LOST, "PUT", times=1)
    assert send(client).status_code == 201
    assert (s3.asked["PUT"], s3.asked["HEAD"]) == (2, 1)
    assert_whole(ready=1)


def test_the_same_key_of_idempotency_after_a_refusal_stores_once(client: APIClient, s3: FaultyS3) -> None:
    once = {"HTTP_IDEMPOTENCY_KEY": "the same"}
    s3.fail(Fault.BUSY, "PUT")
    assert_unavailable(send(client, **once))
    s3.heal()
    first, again = send(client, **once), send(client, **once)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["file_id"] == again.json()["file_id"]
    mend()
    assert_whole(ready=1)
