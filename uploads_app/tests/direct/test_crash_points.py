"""A process that dies at any step of completing leaves what is completed later, or what goes.

Death is played by an exception that no code catches and after which nothing more runs, as in the tests of
normal uploads.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pkgutil import resolve_name
from typing import Any

import pytest
from django.db.models.functions import Now

from uploads_app.models import DirectUpload, StorageUsage, UploadedFile
from uploads_app.services.direct import claims
from uploads_app.services.direct.complete import complete
from uploads_app.services.direct.end import expire
from uploads_app.services.reconcile import reconcile
from uploads_app.tests.direct.client import Sender, nothing_is_left, send
from uploads_app.tests.image_factories import jpeg_bytes
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = jpeg_bytes((64, 48))

STEPS = [
    "uploads_app.services.direct.claims.take",
    "uploads_app.services.direct.fetch._copy",
    "uploads_app.services.direct.complete.forget_attempt",
    "uploads_app.services.upload._reserve",
    "uploads_app.services.upload._store",
    "uploads_app.services.direct.claims.settle",
    "uploads_app.services.upload._make_ready",
    "uploads_app.services.direct.complete.remove_quietly",
]


class Death(BaseException):
    """The process is gone."""


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, target: str, when: str) -> Iterator[None]:
    """Inside, the process dies before, or right after, `target` does its work."""
    real: Callable[..., Any] = resolve_name(target)

    def die(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            real(*args, **kwargs)
        raise Death

    with monkeypatch.context() as patch:
        patch.setattr(target, die)
        patch.setattr("uploads_app.services.upload.abandon", lambda _file: None)
        patch.setattr("uploads_app.services.direct.claims.give_back", lambda _claim: None)
        with pytest.raises(Death):
            yield


def leases_run_out() -> None:
    DirectUpload.objects.filter(state="completing").update(lease_until=Now())


def assert_sound(owner: User, files: int) -> None:
    usage = StorageUsage.objects.get(owner=owner)
    rows = UploadedFile.objects.filter(lifecycle="ready")
    assert (rows.count(), usage.files) == (files, files)
    assert usage.bytes == sum(rows.values_list("file_size", flat=True))
    assert not UploadedFile.objects.exclude(lifecycle__in=["ready", "purged"]).exists()
    assert nothing_is_left(files=files)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_after_a_death_at_any_step_it_is_completed_later(
    sender: Sender, owner: User, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    with dying(monkeypatch, step, when):
        complete(owner, begun["file_id"])
    leases_run_out()
    answer = sender.complete(begun)
    assert (answer.status_code, answer.json()["file_id"]) == (201, begun["file_id"])
    DirectUpload.objects.update(expires_at=Now())
    reconcile(grace=0)
    assert_sound(owner, files=1)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_after_a_death_at_any_step_the_reconciler_leaves_a_file_or_nothing(
    sender: Sender, owner: User, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    with dying(monkeypatch, step, when):
        complete(owner, begun["file_id"])
    leases_run_out()
    DirectUpload.objects.update(expires_at=Now())
    UploadedFile.objects.filter(lifecycle="pending").update(lease_until=Now())
    reconcile(grace=0)
    is_done = step.endswith("remove_quietly") or (step.endswith("_make_ready") and when == "after")
    assert_sound(owner, files=int(is_done))


def test_until_its_lease_is_over_nobody_else_takes_a_dead_completion_up(
    sender: Sender, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    with dying(monkeypatch, "uploads_app.services.upload._store", "before"):
        complete(owner, begun["file_id"])
    assert sender.complete(begun).status_code == 409


def test_who_outlives_their_lease_cannot_finish_beside_who_took_over(
    sender: Sender, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    settle, seen = claims.settle, list[claims.Claim]()

    def slow(claim: claims.Claim) -> None:
        if not seen:
            seen.append(claim)
            DirectUpload.objects.update(claim=begun["file_id"])  # somebody else has it now
        settle(claim)

    monkeypatch.setattr(claims, "settle", slow)
    assert sender.complete(begun).status_code == 503
    assert not UploadedFile.objects.filter(lifecycle="ready").exists()
    leases_run_out()
    assert sender.complete(begun).status_code == 201
    assert_sound(owner, files=1)


def test_a_removal_that_fails_is_made_up_for(
    sender: Sender, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = sender.begin(PICTURE)
    send(begun, PICTURE)
    with monkeypatch.context() as patch:
        patch.setattr("uploads_app.services.direct.complete.remove_quietly", lambda _row: None)
        assert sender.complete(begun).status_code == 201
    DirectUpload.objects.update(expires_at=Now())
    expire()
    assert_sound(owner, files=1)
