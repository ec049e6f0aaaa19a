"""Pictures live their whole life in a storage that has no paths: only the storage itself knows of any."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.edit import edit
from uploads_app.services.reconcile import reconcile
from uploads_app.services.rendering.work import render_set
from uploads_app.storage.places import S3, S3_RENDITIONS
from uploads_app.tests.factories import uploaded
from uploads_app.tests.memory_storage import MemoryStorage
from uploads_app.tests.rendering_states import CROPPED, let_leases_end, set_size
from uploads_app.tests.s3_storages import lie_in
from uploads_app.tests.stored import all_stored
from users.models import User


@pytest.fixture
def memory(settings: Any, monkeypatch: pytest.MonkeyPatch) -> MemoryStorage:
    made = MemoryStorage()
    settings.VITRINE_STORAGE = "s3"
    settings.STORAGES = {**settings.STORAGES, S3: {}, S3_RENDITIONS: {}}
    lie_in(made, monkeypatch)
    return made


def test_a_picture_is_uploaded_rendered_edited_served_and_deleted(
    memory: MemoryStorage, owner: User, signed_in: Callable[[User], APIClient]
) -> None:
    client, file = signed_in(owner), uploaded(owner)
    render_set(file.pk)
    edit(UploadedFile.objects.get(), CROPPED)
    let_leases_end()
    render_set(file.pk)
    assert Rendition.objects.filter(state="ready").count() == set_size()
    for path in ("", "/card.webp", "/card.jpg"):
        assert client.get(f"/api/upload/{file.pk}{path}").status_code == 200
    export: Any = client.get("/api/users/me/export")
    assert b"".join(export.streaming_content).startswith(b"PK")
    report = reconcile(grace=0)
    assert (report.missing, report.strays) == ([], [])
    assert client.delete(f"/api/upload/{file.pk}").status_code == 204
    reconcile(grace=0)
    assert all_stored() == set()


def test_an_upload_marks_an_empty_one_and_is_refused_by_one_that_lost_all(
    memory: MemoryStorage, owner: User, signed_in: Callable[[User], APIClient]
) -> None:
    file = uploaded(owner)
    memory.check()
    memory._stored.clear()
    answer = signed_in(owner).get(f"/api/upload/{file.pk}")
    assert answer.status_code == 503
    assert UploadedFile.objects.get().lifecycle == "ready"
