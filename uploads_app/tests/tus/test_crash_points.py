"""A process that dies at any step leaves an upload that goes on, and bytes that a row names.

Death is played by an exception that no code catches and after which nothing more runs, as in the tests of
normal uploads.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now

from uploads_app.models import StorageUsage, TusPart, TusUpload, UploadedFile
from uploads_app.services.direct import claims
from uploads_app.services.reconcile import reconcile
from uploads_app.services.tus.receive import Body, receive
from uploads_app.tests.direct.client import incoming
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.tus.client import Sender, nothing_is_left
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = jpeg_bytes((64, 48))
SIZE = len(PICTURE)

OF_A_PART = [
    "uploads_app.services.tus.parts.joined",
    "uploads_app.services.tus.parts.name_one",
    "uploads_app.services.tus.parts.write",
    "uploads_app.services.tus.receive._count",
    "uploads_app.services.tus.parts.remove_quietly",
]
OF_THE_LAST = [
    "uploads_app.services.direct.claims.take",
    "uploads_app.services.tus.parts.kept",
    "uploads_app.services.tus.parts.joined",
    "uploads_app.services.tus.complete.forget_attempt",
    "uploads_app.services.upload._reserve",
    "uploads_app.services.upload._store",
    "uploads_app.services.direct.claims.settle",
    "uploads_app.services.upload._make_ready",
    "uploads_app.services.tus.parts.remove_quietly",
]
LEFT_OPEN: list[Any] = []  # what a dead process was in the middle of: nobody tidies it up


class Death(BaseException):
    """The process is gone."""


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, target: str, when: str) -> Iterator[None]:
    """Inside, the process dies before, or right after, `target` does its work."""
    real: Callable[..., Any] = resolve_name(target)

    def die(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            done = real(*args, **kwargs)
            if isinstance(done, AbstractContextManager):
                done.__enter__()
                LEFT_OPEN.append(done)
        raise Death

    with monkeypatch.context() as patch:
        patch.setattr("uploads_app.services.tus.parts.take_back", lambda _part: None)
        patch.setattr("uploads_app.services.upload.abandon", lambda _file: None)
        patch.setattr("uploads_app.services.direct.claims.give_back", lambda _claim: None)
        patch.setattr(target, die)
        with pytest.raises(Death):
            yield


def body(data: bytes) -> Body:
    return Body(len(data), [data])


def spooled(settings: Any) -> list[Path]:
    return list(settings.VITRINE_SPOOL_DIR.iterdir())


def every_byte_is_named() -> bool:
    assert set(incoming()) <= set(TusPart.objects.values_list("key", flat=True))
    return True


def leases_run_out(settings: Any) -> None:
    TusUpload.objects.filter(state="completing").update(lease_until=Now())
    lease = timedelta(seconds=settings.VITRINE_UPLOAD_LEASE)
    TusPart.objects.update(created_at=F("created_at") - lease)
    UploadedFile.objects.filter(lifecycle="pending").update(lease_until=Now())


def assert_sound(owner: User, files: int) -> None:
    usage = StorageUsage.objects.get(owner=owner)
    rows = UploadedFile.objects.filter(lifecycle="ready")
    assert (rows.count(), usage.files) == (files, files)
    assert usage.bytes == sum(rows.values_list("file_size", flat=True))
    assert not UploadedFile.objects.exclude(lifecycle__in=["ready", "purged"]).exists()
    assert nothing_is_left(files=files)


def finish(sender: Sender, url: str) -> None:
    """What a client does: asks how far it is, and sends the rest."""
    offset = sender.offset(url)
    if offset < SIZE:
        answer = sender.send(url, offset, PICTURE[offset:])
        assert (answer.status_code, answer["Upload-Offset"]) == (204, str(SIZE))
    assert str(UploadedFile.objects.get(lifecycle="ready").pk) == sender.head(url)["Upload-File"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", OF_A_PART)
def test_after_a_death_in_a_part_it_goes_on_and_nothing_is_left_over(
    sender: Sender, owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    url = sender.begin(SIZE)
    sender.send(url, 0, PICTURE[:100])
    with dying(monkeypatch, step, when):
        receive(owner, TusUpload.objects.get(), 100, body(PICTURE[100:200]))
    assert every_byte_is_named()
    counted = step.endswith("remove_quietly") or (step.endswith("_count") and when == "after")
    assert sender.offset(url) == (200 if counted else 100)
    leases_run_out(settings)
    reconcile(grace=0)
    assert TusPart.objects.exclude(state="kept").count() == 0
    assert len(incoming()) == TusPart.objects.count()
    finish(sender, url)
    assert_sound(owner, files=1)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", OF_THE_LAST)
def test_after_a_death_in_the_last_one_it_is_sent_again(
    sender: Sender, owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    url = sender.begin(SIZE)
    sender.send(url, 0, PICTURE[:100])
    with dying(monkeypatch, step, when):
        receive(owner, TusUpload.objects.get(), 100, body(PICTURE[100:]))
    assert every_byte_is_named()
    leases_run_out(settings)
    finish(sender, url)
    reconcile(grace=0)
    assert_sound(owner, files=1)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", OF_A_PART + OF_THE_LAST)
def test_after_a_death_at_any_step_and_its_time_a_file_or_nothing_is_left(
    sender: Sender, owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    url = sender.begin(SIZE)
    sender.send(url, 0, PICTURE[:100])
    end = SIZE if step in OF_THE_LAST else 200
    with dying(monkeypatch, step, when):
        receive(owner, TusUpload.objects.get(), 100, body(PICTURE[100:end]))
    is_file = UploadedFile.objects.filter(lifecycle="ready").exists()
    leases_run_out(settings)
    TusUpload.objects.update(expires_at=Now())
    reconcile(grace=0)
    assert_sound(owner, files=int(is_file))
    assert sender.head(url).status_code == (200 if is_file else 410)


@pytest.mark.parametrize("end", [200, SIZE])
def test_what_was_joined_when_it_died_goes_from_the_spool(
    sender: Sender, owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch, end: int
) -> None:
    url = sender.begin(SIZE)
    sender.send(url, 0, PICTURE[:100])
    with dying(monkeypatch, "uploads_app.services.tus.parts.joined", "after"):
        receive(owner, TusUpload.objects.get(), 100, body(PICTURE[100:end]))
    assert [path.read_bytes() for path in spooled(settings)] == [PICTURE[:end]]
    leases_run_out(settings)
    reconcile(grace=0)
    assert spooled(settings) == []
    finish(sender, url)
    assert_sound(owner, files=1)


def test_until_its_lease_is_over_nobody_else_takes_a_dead_completion_up(
    sender: Sender, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sender.begin(SIZE)
    with dying(monkeypatch, "uploads_app.services.upload._store", "before"):
        receive(owner, TusUpload.objects.get(), 0, body(PICTURE))
    assert sender.offset(url) == 0
    for answer in (sender.send(url, 0, PICTURE), sender.send(url, 0, PICTURE[:9]), sender.end(url)):
        assert answer.status_code == 409
    TusUpload.objects.update(lease_until=Now())
    assert sender.send(url, 0, PICTURE[:9]).status_code == 204
    finish(sender, url)


def test_who_outlives_their_lease_cannot_finish_beside_who_took_over(
    sender: Sender, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sender.begin(SIZE)
    sender.send(url, 0, PICTURE[:100])
    settle, seen = claims.settle, list[claims.Claim]()

    def slow(claim: claims.Claim, **ended: Any) -> None:
        if not seen:
            seen.append(claim)
            TusUpload.objects.update(claim=url.rpartition("/")[2])  # somebody else has it now
        settle(claim, **ended)

    monkeypatch.setattr(claims, "settle", slow)
    assert sender.send(url, 100, PICTURE[100:]).status_code == 503
    assert not UploadedFile.objects.filter(lifecycle="ready").exists()
    TusUpload.objects.update(lease_until=Now())
    finish(sender, url)
    assert_sound(owner, files=1)
