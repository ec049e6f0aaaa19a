"""Two places with files in them: what lies where, and runs that die."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from uploads_app.models import Rendition, StoredCopy, UploadedFile
from uploads_app.storage.keys import RENDITIONS, ROOT
from uploads_app.storage.places import storage
from uploads_app.tests.factories import FileFactory, ready_rendition
from uploads_app.tests.stored import Stored, stored
from users.models import User

ALIASES = {"local": ("local", "local_renditions"), "s3": ("s3", "s3_renditions")}


class Death(BaseException):
    """The process is gone."""


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, target: str) -> Iterator[None]:
    """Inside, a run dies before `target` does its work."""

    def die(*args: Any, **kwargs: Any) -> None:
        raise Death

    with monkeypatch.context() as patch:
        patch.setattr(target, die)
        with pytest.raises(Death):
            yield


def picture(owner: User, number: int = 0, **kwargs: Any) -> UploadedFile:
    """A ready file with bytes of its own."""
    data = b"\xff\xd8 picture %d \xff\xd9" % number
    file = FileFactory.create(
        owner=owner, sha256=hashlib.sha256(data).hexdigest(), file_size=len(data), **kwargs
    )
    stored(file).write_bytes(data)
    return file


def pictures(owner: User, many: int) -> list[UploadedFile]:
    return [picture(owner, number) for number in range(many)]


def with_rendition(owner: User) -> tuple[UploadedFile, Rendition]:
    file = picture(owner)
    return file, ready_rendition(file)


def lying(place: str) -> set[str]:
    """Every key that holds bytes at a place, local or s3."""
    pairs = zip(ALIASES[place], (ROOT, RENDITIONS), strict=True)
    return {key for alias, prefix in pairs for key, _ in storage(alias).keys(prefix)}


def at(place: str, row: UploadedFile | Rendition) -> Stored:
    """The bytes of a row at a place, whichever it names."""
    return Stored(ALIASES[place][isinstance(row, Rendition)], row.key)


def home(row: UploadedFile | Rendition) -> str:
    """The alias that a row names now."""
    row.refresh_from_db()
    return row.storage


def copies() -> dict[str, tuple[str, str]]:
    """Storage and state of every copy, by key."""
    return {copy.pk: (copy.storage, copy.state) for copy in StoredCopy.objects.all()}


def let_leases_end() -> None:
    past = timezone.now() - timedelta(seconds=1)
    StoredCopy.objects.exclude(lease_until=None).update(lease_until=past)


def before(monkeypatch: pytest.MonkeyPatch, target: str, act: Callable[[], object]) -> None:
    """Has `act` happen right before the first call of `target`, as if somebody else did it then."""
    from pkgutil import resolve_name

    real = resolve_name(target)
    acted: list[bool] = []

    def first(*args: Any, **kwargs: Any) -> Any:
        if not acted:
            acted.append(True)
            act()
        return real(*args, **kwargs)

    monkeypatch.setattr(target, first)
