"""Migrations beside live traffic: nobody is kept from writing for long, nor waits behind them for long."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, NotSupportedError, OperationalError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import AddIndex
from django.db.models.signals import pre_migrate

from uploads_app.migrating.operations import AddCheckInUse, AddIndexInUse, RemoveIndexInUse
from uploads_app.migrating.patience import migrate_patiently
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "of_a_test"
INDEX = models.Index(fields=["width", "height"], name=NAME)
WIDE = models.CheckConstraint(name=NAME, condition=models.Q(width__gt=0))
ADDS = [AddIndexInUse("uploadedfile", INDEX), AddCheckInUse("uploadedfile", WIDE)]


def apply(operation: Any, *, back: bool = False, atomic: bool = False) -> None:
    before = MigrationExecutor(connection).loader.project_state()
    after = before.clone()
    operation.state_forwards("uploads_app", after)
    with connection.schema_editor(atomic=atomic) as editor:
        if back:
            operation.database_backwards("uploads_app", editor, after, before)
        else:
            operation.database_forwards("uploads_app", editor, before, after)


def there() -> bool:
    with connection.cursor() as cursor:
        return NAME in connection.introspection.get_constraints(cursor, UploadedFile._meta.db_table)


@contextmanager
def beside(operation: Any) -> Iterator[Future[None]]:
    """The operation, under way in another thread; it waits for a writer who is not done yet."""

    def run() -> None:
        try:
            apply(operation)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        UploadedFile.objects.update(width=641)
        yield other.submit(run)


def write_without_waiting() -> None:
    """Raises OperationalError if a lock is in the way."""

    def write() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("set local lock_timeout = 50")  # ms
                UploadedFile.objects.filter(pk="00000000-0000-4000-8000-000000000000").update(width=1)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as writer:
        writer.submit(write).result()


def await_lock(mode: str, under_way: Future[None]) -> None:
    """Until somebody else has, or waits for, such a lock on the table."""
    found = False
    while not found:
        assert not under_way.done(), under_way.exception()
        with connection.cursor() as cursor:
            cursor.execute(
                "select exists(select from pg_locks where relation = 'uploads_app_uploadedfile'::regclass"
                " and mode = %s and pid <> pg_backend_pid())",
                [mode],
            )
            found = cursor.fetchone()[0]


@pytest.mark.parametrize("operation", ADDS, ids=["index", "check"])
def test_it_comes_and_goes_on_every_database(operation: Any, owner: User) -> None:
    FileFactory.create(owner=owner)
    apply(operation)
    assert there()
    apply(operation, back=True)
    assert not there()


def test_an_index_is_taken_away_and_brought_back(db: None) -> None:
    index = next(index for index in UploadedFile._meta.indexes if index.name == "file_newest")
    removal = RemoveIndexInUse("uploadedfile", index.name)
    with connection.cursor() as cursor:
        apply(removal)
        found = connection.introspection.get_constraints(cursor, UploadedFile._meta.db_table)
        apply(removal, back=True)
        again = connection.introspection.get_constraints(cursor, UploadedFile._meta.db_table)
    assert index.name not in found
    assert index.name in again


@pytest.mark.postgres
@pytest.mark.parametrize("operation", ADDS[:1], ids=["index"])
def test_others_write_while_an_index_is_built(operation: Any, owner: User) -> None:
    FileFactory.create(owner=owner)
    with beside(operation) as building:
        await_lock("ShareUpdateExclusiveLock", building)
        write_without_waiting()
        assert not building.done()
    building.result()
    assert there()
    apply(operation, back=True)


@pytest.mark.postgres
def test_djangos_own_operation_would_keep_them_waiting(owner: User) -> None:
    FileFactory.create(owner=owner)
    plain = AddIndex("uploadedfile", INDEX)
    with beside(plain) as building:
        await_lock("ShareLock", building)
        with pytest.raises(OperationalError):
            write_without_waiting()
    building.result()
    apply(plain, back=True)


@pytest.mark.postgres
def test_an_index_that_was_left_half_built_is_built_anew(db: None) -> None:
    apply(ADDS[0])
    with connection.cursor() as cursor:
        cursor.execute("update pg_index set indisvalid = false where indexrelid = %s::regclass", [NAME])
        apply(ADDS[0])
        cursor.execute("select indisvalid from pg_index where indexrelid = %s::regclass", [NAME])
        assert cursor.fetchone() == (True,)
    apply(ADDS[0])  # and one that is there is left alone
    apply(ADDS[0], back=True)


@pytest.mark.postgres
def test_a_check_that_old_rows_do_not_pass_is_finished_once_they_do(owner: User) -> None:
    FileFactory.create(owner=owner, width=0)
    with pytest.raises(IntegrityError):
        apply(ADDS[1])
    with pytest.raises(IntegrityError):
        FileFactory.create(owner=owner, width=0)
    UploadedFile.objects.update(width=1)
    apply(ADDS[1])
    with connection.cursor() as cursor:
        cursor.execute("select convalidated from pg_constraint where conname = %s", [NAME])
        assert cursor.fetchone() == (True,)
    apply(ADDS[1], back=True)


@pytest.mark.postgres
@pytest.mark.parametrize("operation", ADDS, ids=["index", "check"])
def test_within_a_transaction_it_is_refused(operation: Any) -> None:
    with pytest.raises(NotSupportedError):
        apply(operation, atomic=True)


@pytest.mark.postgres
def test_who_wants_a_table_for_itself_lets_others_go_first_until_it_is_free(
    settings: Any, owner: User
) -> None:
    settings.VITRINE_MIGRATE_LOCK_WAIT = 0.05
    tries, done = [], threading.Event()

    def migrate() -> None:
        tries.append(1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("lock table uploads_app_uploadedfile in access exclusive mode")

    def run() -> None:
        try:
            migrate_patiently(connection, migrate)
        finally:
            connection.close()
            done.set()

    with ThreadPoolExecutor(1) as migrator:
        with transaction.atomic():
            UploadedFile.objects.count()  # a reader is enough
            under_way = migrator.submit(run)
            while len(tries) < 3:
                assert not done.is_set(), under_way.result()
        under_way.result()
    assert len(tries) >= 3


@pytest.mark.postgres
def test_it_is_given_up_after_some_attempts(settings: Any, owner: User) -> None:
    settings.VITRINE_MIGRATE_LOCK_WAIT, settings.VITRINE_MIGRATE_ATTEMPTS = 0.02, 2

    def migrate() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("lock table uploads_app_uploadedfile in access exclusive mode")

    def attempt() -> None:
        try:
            migrate_patiently(connection, migrate)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as migrator, transaction.atomic():
        UploadedFile.objects.count()
        with pytest.raises(OperationalError):
            migrator.submit(attempt).result()


@pytest.mark.postgres
def test_the_command_migrates_so(settings: Any) -> None:
    shown: list[str] = []

    def show(**_: Any) -> None:
        with connection.cursor() as cursor:
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"show {name}")
                shown.extend(cursor.fetchone())

    pre_migrate.connect(show, dispatch_uid="test")
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(dispatch_uid="test")
    assert shown[:3] == ["2s", "0", "0"]
    with connection.cursor() as cursor:
        cursor.execute("show lock_timeout")
        assert cursor.fetchone() == ("10s",)
