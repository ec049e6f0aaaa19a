"""Several workers on PostgreSQL: each finds work of its own, and none waits for anybody's lock."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from uploads_app.models import PeriodicRun, Rendition, StorageUsage, UploadedFile
from uploads_app.services import reconcile
from uploads_app.services.rendering import retire, work_list
from uploads_app.storage.keys import new_rendition_key
from uploads_app.tasks import render
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from uploads_app.worker import periodic, queue
from users.models import User

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 6


def at_once(work: Callable[[], Any]) -> list[Any]:
    """What each of several threads gives, begun together. Whoever would wait for a lock that stays raises instead."""
    ready = threading.Barrier(WORKERS)

    def one() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("set lock_timeout = 500")  # ms: more than a glance of the others takes
            ready.wait()
            return work()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("reset lock_timeout")
            connection.close()

    with ThreadPoolExecutor(WORKERS) as threads:
        return [begun.result() for begun in [threads.submit(one) for _ in range(WORKERS)]]


def until_none(step: Callable[[], Any]) -> Callable[[], list[Any]]:
    """All that a worker takes before it finds nothing more."""
    return lambda: list(iter(step, None))


@contextmanager
def held(*rows: Any) -> Iterator[None]:
    """Inside, a transaction of somebody else holds these rows."""
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            for row in rows:
                type(row).objects.select_for_update().get(pk=row.pk)
            holding.set()
            done.wait(60)
        connection.close()

    with ThreadPoolExecutor(1) as other:
        end = other.submit(hold)
        assert holding.wait(30)
        try:
            yield
        finally:
            done.set()
            end.result()


def taken_once(found: list[list[Any]], of: set[Any]) -> bool:
    return Counter(one for each in found for one in each) == Counter(dict.fromkeys(of, 1))


def test_each_waiting_file_is_claimed_once_and_one_that_is_held_is_passed_by(owner: User) -> None:
    oldest, *others = [FileFactory.create(owner=owner) for _ in range(40)]
    with held(oldest):
        assert taken_once(at_once(until_none(work_list.claim_next)), {file.pk for file in others})
        assert work_list.claim(oldest.pk) is False
    assert work_list.claim_next() == oldest.pk


def test_one_of_many_that_are_woken_for_a_file_gets_it(owner: User) -> None:
    file = FileFactory.create(owner=owner)
    assert sum(at_once(lambda: work_list.claim(file.pk))) == 1


def test_who_only_refers_to_a_file_does_not_keep_it_from_workers(owner: User) -> None:
    file = FileFactory.create(owner=owner)
    row = ready_rendition(file)
    with transaction.atomic():
        row.pk, row.digest, row.key = None, "another", new_rendition_key("webp")
        row.save(force_insert=True)

        def claim() -> bool:
            try:
                return work_list.claim(file.pk)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as other:
            assert other.submit(claim).result()


def test_each_task_is_claimed_once(db: None) -> None:
    tasks = {str(render.enqueue("00000000-0000-4000-8000-000000000000").id) for _ in range(30)}

    def next_task() -> str | None:
        task = queue.claim("somebody")
        return None if task is None else str(task.id)

    assert taken_once(at_once(until_none(next_task)), tasks)


def test_tasks_of_the_dead_are_put_back_once(db: None) -> None:
    for _ in range(20):
        render.enqueue("00000000-0000-4000-8000-000000000000")
        queue.claim("dead")
    rows = list(DBTaskResult.objects.all())
    with held(rows[0]):
        assert sum(at_once(queue.requeue_of_the_dead)) == 19
    assert queue.requeue_of_the_dead() == 1


def test_what_comes_round_is_taken_by_one_and_waited_for_by_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(periodic, "_all", {})
    periodic.register("often", lambda: 3600, lambda: None)
    PeriodicRun.objects.create(name="often", next_at=timezone.now() - timedelta(hours=1))
    with held(PeriodicRun.objects.get(pk="often")):
        assert not any(at_once(lambda: periodic.run_if_due("often")))
    assert sum(at_once(lambda: periodic.run_if_due("often"))) == 1


def test_each_rendition_out_of_service_is_removed_by_one(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [FileFactory.create(owner=owner) for _ in range(20)]
    long_ago = timezone.now() - timedelta(hours=1)
    rows = [ready_rendition(file, state="retired", retired_at=long_ago) for file in files]
    removed: list[int] = []
    real = retire._remove

    def remove(row: Rendition) -> bool:
        removed.append(row.pk)
        return real(row)

    monkeypatch.setattr(retire, "_remove", remove)
    with held(rows[0]):
        assert sum(at_once(retire.remove_retired)) == 19
    assert Counter(removed) == Counter(row.pk for row in rows[1:])
    assert retire.remove_retired() == 1


def test_each_deleted_file_is_purged_by_one_reconciler(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    StorageUsage.objects.create(owner=owner, files=20, bytes=0)
    files = [FileFactory.create(owner=owner, lifecycle="deleted", file_size=0) for _ in range(20)]
    for file in files:
        store_bytes(file)
    purged: list[UUID] = []

    def purge(file: UploadedFile) -> None:
        """But for the counter of their owner, for which they would wait."""
        purged.append(file.pk)
        UploadedFile.objects.filter(pk=file.pk).update(lifecycle="purged")

    with monkeypatch.context() as patch, held(files[0]):
        patch.setattr(reconcile, "purge", purge)
        at_once(lambda: reconcile._purge_leftovers(reconcile.Report()))
    assert Counter(purged) == Counter(file.pk for file in files[1:])
    assert reconcile.reconcile(grace=0).purged == 1
