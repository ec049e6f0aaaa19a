"""A repair that is killed after any of its steps is finished by another, and destroys nothing on the way.

Death is played by an exception that no code catches, after the first step that changes something, after the
second, and so on, each time on what the one before left.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet

from uploads_app.storage.local import DurableLocalStorage
from uploads_app.storage.places import new_originals
from uploads_app.storage.s3 import DurableS3Storage
from uploads_app.tests.fsck.house import FOLDER_PLANTS, PLANTS, House, build, fsck, kept
from uploads_app.tests.stored import stored
from users.models import User

pytestmark = pytest.mark.django_db

STEPS: list[tuple[Any, str]] = [
    (DurableLocalStorage, "remove"),
    (DurableLocalStorage, "set_aside"),
    (DurableLocalStorage, "mend_mode"),
    (DurableS3Storage, "_ask"),
    (QuerySet, "update"),
    (QuerySet, "delete"),
    (Path, "unlink"),
]


class Death(BaseException):
    """The process is gone."""


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, step: int) -> Iterator[None]:
    """Inside, the process dies right after so many steps."""
    done = count(1)

    def counted(real: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            answer = real(*args, **kwargs)
            if next(done) == step:
                raise Death
            return answer

        return call

    with monkeypatch.context() as patch:
        for owner, name in STEPS:
            patch.setattr(owner, name, counted(getattr(owner, name)))
        yield


def harm(house: House) -> None:
    for _, plant in PLANTS.values():
        plant(house)
    if new_originals() == "local":
        from django.conf import settings

        for _, spoil in FOLDER_PLANTS.values():
            spoil(Path(settings.MEDIA_ROOT))


def test_a_repair_that_is_killed_at_every_step(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    house = build(owner)
    whole = {file: stored(file).read_bytes() for file in [house.whole, *(kept(owner) for _ in range(3))]}
    harm(house)
    deaths = 0
    for step in count(1):
        try:
            with dying(monkeypatch, step):
                fsck("--deep", "--repair", "--max-ratio", "1")
        except Death:
            deaths += 1
        else:
            break
    assert deaths > 5
    left = fsck("--deep")
    assert set(left.names) <= {"MISSING", "OUTSIDE"}
    assert left.names.count("MISSING") == 3  # one that was, and the two that were corrupt
    assert {file: stored(file).read_bytes() for file in whole} == whole
