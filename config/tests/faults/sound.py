"""Whether rows and bytes agree, while S3 fails and once it does not."""

from __future__ import annotations

import io
from typing import Any

from rest_framework.test import APIClient

from config.tests.faults.conftest import PICTURE
from uploads_app.models import Rendition, StorageUsage, UploadedFile
from uploads_app.services.reconcile import reconcile
from uploads_app.tests.rendering_states import let_leases_end
from uploads_app.tests.stored import all_stored


def send(client: APIClient, **extra: Any) -> Any:
    """An upload, through the API."""
    body = io.BytesIO(PICTURE)
    body.name = "a.jpg"
    return client.post("/api/upload/general", {"file": body}, format="multipart", **extra)


def assert_unavailable(answer: Any) -> None:
    """A problem document that says when to come again, and that nobody keeps."""
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["code"] == "unavailable"
    assert int(answer["Retry-After"]) > 0


def assert_named() -> None:
    """Nothing lies in the storage that no row names; ask only while it answers."""
    living = UploadedFile.objects.exclude(lifecycle="purged")
    named = {*living.values_list("file", flat=True), *Rendition.objects.values_list("key", flat=True)}
    assert all_stored() <= named


def mend() -> None:
    """What a worker does by itself once S3 is back, without waiting for its clocks."""
    let_leases_end()
    UploadedFile.objects.filter(lifecycle="pending").update(lease_until="2000-01-01T00:00Z")
    Rendition.objects.exclude(retired_at=None).update(retired_at="2000-01-01T00:00Z")
    reconcile(grace=0)


def assert_whole(ready: int) -> None:
    """Every ready row has its bytes, nothing else lies there, and what is used adds up."""
    files = UploadedFile.objects.filter(lifecycle="ready")
    renditions = Rendition.objects.filter(state="ready")
    assert files.count() == ready
    assert not UploadedFile.objects.exclude(lifecycle__in=["ready", "purged"]).exists()
    assert all_stored() == {*files.values_list("file", flat=True), *renditions.values_list("key", flat=True)}
    assert sum(StorageUsage.objects.values_list("files", flat=True)) == ready
