"""A statement gives what its query would, however often and with whatever values."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from uploads_app.models import UploadedFile
from uploads_app.statements import Statement, given, given_many
from uploads_app.tests.factories import FileFactory
from uploads_app.visibility import with_publicity
from users.models import Login, Profile, User
from users.services.login import log_in

pytestmark = pytest.mark.django_db

IDS = Statement(
    lambda: UploadedFile.objects.filter(pk__in=given_many("ids")).order_by("pk").values_list("pk")
)


def test_instances_are_those_of_the_query_with_all_their_fields_and_annotations(owner: User) -> None:
    edited = FileFactory.create(owner=owner, edits={"rotate": 90}, focal_x=0.5, focal_y=0.25)
    Profile.objects.filter(user=owner).update(image=edited)
    FileFactory.create(owner=owner, removed_metadata=["gps"])

    def files(of: Any) -> QuerySet[UploadedFile]:
        return with_publicity(UploadedFile.objects.filter(owner=of)).order_by("pk")

    found = Statement(lambda: files(given("owner")))(owner=owner.pk)

    state = [{k: v for k, v in vars(file).items() if k != "_state"} for file in files(owner.pk)]
    assert [{k: v for k, v in vars(file).items() if k != "_state"} for file in found] == state
    assert {file.pk: file.is_public for file in found}[edited.pk] is True  # type: ignore[attr-defined]


def test_what_is_selected_along_comes_along(owner: User) -> None:
    log_in(owner)
    logins = Statement(lambda: Login.objects.select_related("user").filter(user=given("user")))

    with CaptureQueriesContext(connection) as queries:
        (login,) = logins(user=owner.pk)
        assert login.user.username == "owner"
    assert len(queries) == 1


def test_an_instance_can_be_changed_and_saved(owner: User) -> None:
    FileFactory.create(owner=owner)
    (file,) = Statement(lambda: UploadedFile.objects.filter(owner=given("owner")))(owner=owner.pk)
    file.caption = "changed"
    file.save(update_fields=["caption"])
    assert UploadedFile.objects.get().caption == "changed"


def test_the_query_is_written_once_and_run_with_other_values(owner: User, stranger: User) -> None:
    written = []

    def write() -> QuerySet[Any, Any]:
        written.append(1)
        return UploadedFile.objects.filter(owner=given("owner")).values_list("owner", "original_filename")

    FileFactory.create(owner=owner, original_filename="mine.jpg")
    FileFactory.create(owner=stranger, original_filename="theirs.jpg")
    names = Statement(write)
    assert names(owner=owner.pk) == [(owner.pk, "mine.jpg")]
    assert names(owner=stranger.pk) == [(stranger.pk, "theirs.jpg")]
    assert len(written) == 1


@pytest.mark.parametrize("count", [1, 2, 50])
def test_many_values_may_be_of_any_number(owner: User, count: int) -> None:
    made = [FileFactory.create(owner=owner).pk for _ in range(count)]
    FileFactory.create(owner=owner)
    assert IDS(ids=made) == [(pk,) for pk in sorted(made)]
    assert IDS(ids=[*made, uuid4()]) == [(pk,) for pk in sorted(made)]


def test_none_of_many_values_gives_nothing_without_a_query(owner: User) -> None:
    FileFactory.create(owner=owner)
    with CaptureQueriesContext(connection) as queries:
        assert IDS(ids=[]) == []
    assert len(queries) == 0


def test_a_limited_statement_gives_no_more_than_asked(owner: User) -> None:
    FileFactory.create_batch(5, owner=owner)
    files = Statement(lambda: UploadedFile.objects.filter(owner=given("owner")), limited=True)
    assert [len(files(owner=owner.pk, limit=limit)) for limit in (1, 3, 9)] == [1, 3, 5]


@pytest.mark.parametrize("text", ["%s", "%%", "(<ids>)", "'; --", "<text>", "\\", "100% wool_"])
def test_values_are_values_whatever_they_look_like(owner: User, text: str) -> None:
    file = FileFactory.create(owner=owner, original_filename=f"a {text} b")
    other = FileFactory.create(owner=owner, original_filename="a ...... b")
    found = Statement(
        lambda: UploadedFile.objects.filter(
            pk__in=given_many("ids"), original_filename__icontains=given("text")
        ).values_list("pk")
    )
    assert found(ids=[file.pk, other.pk], text=text) == [(file.pk,)]


def test_times_are_compared_as_times(owner: User) -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    FileFactory.create(owner=owner, uploaded_at=noon)
    since = Statement(
        lambda: UploadedFile.objects.filter(uploaded_at__gte=given("moment")).values_list("uploaded_at")
    )
    assert since(moment=noon) == [(noon,)]
    assert since(moment=noon + timedelta(microseconds=1)) == []


def test_columns_that_are_null_stay_so(owner: User) -> None:
    images: Statement[Any] = Statement(
        lambda: Profile.objects.filter(user=given("user")).values_list("image", "user")
    )
    assert images(user=owner.pk) == [(None, owner.pk)]


def test_another_shape_of_rows_is_refused() -> None:
    with pytest.raises(TypeError):
        Statement(lambda: UploadedFile.objects.values("pk"))()


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_one_thread_wrote_serves_the_others(owner: User) -> None:
    made: UUID = FileFactory.create(owner=owner).pk
    files = Statement(lambda: UploadedFile.objects.filter(owner=given("owner")))
    found: list[UUID] = []

    def ask() -> None:
        try:
            found.extend(file.pk for file in files(owner=owner.pk))
        finally:
            connection.close()

    for _ in range(2):
        thread = Thread(target=ask)
        thread.start()
        thread.join()
    ask()
    assert found == [made] * 3
