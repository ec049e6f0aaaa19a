"""Queries compiled once: the same rows as the ORM's, with other values each time, and one query each."""

from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.db.models import CharField, F, Q, UUIDField

from uploads_app.models import UploadedFile
from uploads_app.prepared import Argument, Prepared
from uploads_app.tests.factories import FileFactory
from users.models import User


class Shown(NamedTuple):
    id: Any
    owner_name: str
    uploaded_at: Any
    edits: dict[str, Any]


def by_id() -> Prepared[Shown]:
    return Prepared(
        Shown,
        lambda: UploadedFile.objects.filter(pk=Argument("id", UUIDField())).annotate(
            owner_name=F("owner__username")
        ),
        *Shown._fields,
    )


@pytest.fixture
def files(owner: User, stranger: User) -> list[UploadedFile]:
    return [FileFactory.create(owner=who, edits={"flip": True}) for who in (owner, stranger)]


def test_each_run_has_its_own_values_and_python_s_types(files: list[UploadedFile]) -> None:
    query = by_id()
    for file in [*files, *reversed(files)]:
        assert query.first(id=file.pk) == (file.pk, file.owner.username, file.uploaded_at, {"flip": True})  # type: ignore[union-attr]


def test_what_is_not_there_is_none(files: list[UploadedFile]) -> None:
    assert by_id().first(id=uuid4()) is None


def test_values_cannot_change_what_is_asked(files: list[UploadedFile]) -> None:
    name = Argument("name", CharField())
    query: Prepared[tuple[Any, ...]] = Prepared(
        lambda *row: row, lambda: UploadedFile.objects.filter(Q(original_filename=name)), "id"
    )
    assert query.first(name=files[0].original_filename) is not None
    for value in ("' OR 1=1 --", "%s", "%", "?", "\\"):
        assert query.first(name=value) is None


def test_it_is_compiled_once_and_costs_one_query(
    files: list[UploadedFile], django_assert_num_queries: Any
) -> None:
    built = []

    def build() -> Any:
        built.append(True)
        return UploadedFile.objects.filter(pk=Argument("id", UUIDField()))

    query: Prepared[tuple[Any, ...]] = Prepared(lambda *row: row, build, "id")
    with django_assert_num_queries(3):
        for _ in range(3):
            assert query.first(id=files[0].pk) == (files[0].pk,)
    assert len(built) == 1
