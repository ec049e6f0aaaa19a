"""The migration that lets files of before be found: all that have bytes and can be told apart, and back."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from uploads_app.hashes import signed
from uploads_app.models import FileHash
from uploads_app.models.near_copies import parts_of
from uploads_app.tests.factories import FileFactory
from users.models import User

MIGRATION: Any = import_module("uploads_app.migrations.0010_hashes_of_earlier_files")
TELLING = 0xF0F0_A5A5_3C3C_0FF0

pytestmark = pytest.mark.django_db


def test_files_with_bytes_get_their_hash_batch_by_batch_and_twice_is_once(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MIGRATION, "_BATCH", 2)
    with_bytes = [
        FileFactory.create(owner=owner, phash=signed(TELLING + number), lifecycle=state)
        for number, state in enumerate(["ready", "deleted", "ready", "ready", "ready"])
    ]
    for flat in (0, 1 << 63):
        FileFactory.create(owner=owner, phash=signed(flat))
    FileFactory.create(owner=owner, phash=signed(TELLING), lifecycle="failed")
    for _ in range(2):
        MIGRATION.add_hashes(apps, None)
        kept = {row.file_id: row for row in FileHash.objects.all()}
        assert set(kept) == {file.pk for file in with_bytes}
    for number, file in enumerate(with_bytes):
        row = kept[file.pk]
        assert {name: getattr(row, name) for name in parts_of(0)} == parts_of(TELLING + number)
    MIGRATION.remove_hashes(apps, None)
    assert not FileHash.objects.exists()
