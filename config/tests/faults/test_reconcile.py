"""The reconciler believes nothing of an S3 that does not answer: it changes no row, and says so."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from config.tests.faults.sound import assert_whole, send
from config.tests.faulty import Fault, FaultyS3
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.reconcile import reconcile
from uploads_app.services.rendering.work import render_set
from uploads_app.storage.errors import StorageAway

pytestmark = pytest.mark.django_db


def rows() -> list[Any]:
    files = UploadedFile.objects.order_by("pk").values_list("pk", "lifecycle", "rendering")
    return [*files, *Rendition.objects.order_by("pk").values_list("pk", "state")]


@pytest.fixture
def before(client: APIClient, s3: FaultyS3) -> list[Any]:
    for _ in range(2):
        assert send(client).status_code == 201
    render_set(UploadedFile.objects.all()[0].pk)
    s3.forget()
    return rows()


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.BUSY, Fault.SILENT, Fault.LOST])
@pytest.mark.parametrize("first", [1, 2, 3, 6])
def test_while_objects_cannot_be_looked_for_no_row_is_changed(
    before: list[Any], s3: FaultyS3, fault: Fault, first: int
) -> None:
    s3.fail(fault, "HEAD", first=first)
    with pytest.raises(StorageAway):
        reconcile(grace=0)
    assert rows() == before
    s3.heal()
    assert reconcile(grace=0).renditions == 0
    assert rows() == before
    assert_whole(ready=2)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("first", [1, 2, 3])
def test_while_keys_cannot_be_listed_no_row_is_changed(
    before: list[Any], s3: FaultyS3, fault: Fault, first: int
) -> None:
    s3.fail(fault, "LIST", first=first)
    with pytest.raises(StorageAway):
        reconcile(grace=0)
    assert rows() == before
    s3.heal()
    assert_whole(ready=2)


@pytest.mark.parametrize("fault", list(Fault))
def test_one_fault_while_keys_are_listed_costs_a_second_try(
    before: list[Any], s3: FaultyS3, fault: Fault
) -> None:
    s3.fail(fault, "LIST", first=2, times=1)
    report = reconcile(grace=0)
    assert (report.strays, report.missing, report.renditions) == ([], [], 0)
    assert rows() == before


def test_the_command_says_that_the_storage_is_away(before: list[Any], s3: FaultyS3) -> None:
    s3.fail(Fault.BUSY, "HEAD")
    with pytest.raises(CommandError) as failed:
        call_command("reconcile", stdout=StringIO())
    assert failed.value.returncode == 2
    assert rows() == before
