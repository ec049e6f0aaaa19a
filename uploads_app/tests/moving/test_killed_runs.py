"""A copy that dies at any step is finished by the next run; two runs beside each other do no harm."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from uploads_app.models import StoredCopy
from uploads_app.services.moving import copy as copying
from uploads_app.services.moving.copy import Copied, copy
from uploads_app.services.moving.kinds import Item
from uploads_app.services.reconcile import reconcile
from uploads_app.storage.places import storage
from uploads_app.tests.moving.places import (
    before,
    copies,
    dying,
    let_leases_end,
    lying,
    picture,
    pictures,
)
from users.models import User

STEPS = [
    "uploads_app.services.moving.holds.StoredCopy.objects.bulk_create",  # nothing is held
    "uploads_app.services.moving.copy._Run._settle",  # all is written, no row says so
    "uploads_app.services.moving.copy.drop_held",  # rows say so
]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both")]


@pytest.mark.parametrize("step", STEPS)
def test_the_next_run_finishes_what_one_began(
    owner: User, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    files = pictures(owner, 3)
    with dying(monkeypatch, step):
        copy("s3")
    let_leases_end()
    copy("s3")
    assert lying("s3") == {file.key for file in files}
    assert set(copies().values()) == {("s3", "whole")}


def test_what_a_dead_run_held_is_taken_up_within_its_lease(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = pictures(owner, 2)
    with dying(monkeypatch, "uploads_app.services.moving.copy._Run._settle"):
        copy("s3")
    late = picture(owner, 9)
    # The next run has copied all else when it comes to wait for it.
    before(monkeypatch, "uploads_app.services.moving.copy.time.sleep", let_leases_end)
    copy("s3")
    assert lying("s3") == {file.key for file in (*files, late)}
    assert set(copies().values()) == {("s3", "whole")}


def test_the_reconciler_leaves_what_a_dead_run_wrote_to_the_next(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = picture(owner)
    with dying(monkeypatch, "uploads_app.services.moving.copy._Run._settle"):
        copy("s3")
    let_leases_end()
    assert reconcile(grace=0).strays == []
    assert lying("s3") == {file.key}


def test_a_failure_is_not_tried_again_and_again_by_two_runs(owner: User) -> None:
    files = pictures(owner, 2)
    storage("local").remove(files[0].key)
    copy("s3")
    assert copy("s3").failed == {files[0].key: "are missing"}


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_copy_each_object_once(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uploads_app.services.moving.kinds.BATCH", 5)
    files = pictures(owner, 40)
    written: list[str] = []
    real = copying._write

    def write(item: Item, *args: object) -> None:
        written.append(item.key)
        real(item, *args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(copying, "_write", write)
    done = _at_once(lambda: copy("s3", jobs=2), 2)
    assert sum(run.objects for run in done) == 40
    assert len(written) == 40
    assert lying("s3") == {file.key for file in files}
    assert set(StoredCopy.objects.values_list("state", flat=True)) == {"whole"}


def _at_once(work: Callable[[], Copied], many: int) -> list[Copied]:
    done: list[Copied] = []
    start = threading.Barrier(many)

    def run() -> None:
        start.wait(10)
        try:
            done.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(done) == many, "a run ended with an error"
    return done
