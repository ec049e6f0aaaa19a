"""Several at once: each byte once, one file, and nothing beside it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from uploads_app.models import StorageUsage, TusPart, UploadedFile
from uploads_app.tests.direct.client import incoming
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.tus.client import Sender, nothing_is_left
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = jpeg_bytes((64, 48))
SIZE = len(PICTURE)
Call = Callable[[], Any]


def at_once(calls: Sequence[Call]) -> list[Any]:
    def one(call: Call) -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


@pytest.fixture
def senders(sender: Sender, owner: User, signed_in: Callable[[User], APIClient]) -> list[Sender]:
    """The same person at several machines."""
    return [sender, *(Sender(signed_in(owner)) for _ in range(5))]


def test_of_several_bodies_for_one_place_one_is_kept(senders: list[Sender]) -> None:
    url = senders[0].begin(SIZE)
    bodies = [PICTURE[: 100 + at] for at in range(len(senders))]
    answers = at_once([partial(s.send, url, 0, b) for s, b in zip(senders, bodies, strict=True)])
    assert sorted(answer.status_code for answer in answers) == [204] + [409] * (len(senders) - 1)
    [offset] = [int(answer["Upload-Offset"]) for answer in answers if answer.status_code == 204]
    assert senders[0].offset(url) == offset
    assert (TusPart.objects.count(), len(incoming())) == (1, 1)
    assert senders[0].send(url, offset, PICTURE[offset:]).status_code == 204
    assert nothing_is_left(files=1)


def test_of_several_last_ones_one_makes_the_file(senders: list[Sender], owner: User) -> None:
    url = senders[0].begin(SIZE)
    senders[0].send(url, 0, PICTURE[:100])
    answers = at_once([partial(s.send, url, 100, PICTURE[100:]) for s in senders])
    assert sorted(answer.status_code for answer in answers) == [204] + [409] * (len(senders) - 1)
    assert UploadedFile.objects.count() == StorageUsage.objects.get(owner=owner).files == 1
    assert nothing_is_left(files=1)


def test_a_part_and_the_last_one_for_one_place_are_not_both_taken(senders: list[Sender]) -> None:
    url = senders[0].begin(SIZE)
    answers = at_once(
        [lambda: senders[0].send(url, 0, PICTURE), lambda: senders[1].send(url, 0, PICTURE[:100])]
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    if (offset := senders[0].offset(url)) < SIZE:
        assert senders[0].send(url, offset, PICTURE[offset:]).status_code == 204
    assert nothing_is_left(files=1)


@pytest.mark.parametrize("end", [200, SIZE])
def test_an_end_and_bytes_at_once_leave_a_file_or_nothing(senders: list[Sender], end: int) -> None:
    url = senders[0].begin(SIZE)
    senders[0].send(url, 0, PICTURE[:100])
    sent, ended = at_once([lambda: senders[0].send(url, 100, PICTURE[100:end]), lambda: senders[1].end(url)])
    assert sent.status_code in (204, 410)
    assert ended.status_code in (204, 409)
    is_file = UploadedFile.objects.filter(lifecycle="ready").exists()
    assert is_file == (end == SIZE and ended.status_code == 409)
    if ended.status_code == 409 and not is_file:
        senders[0].end(url)
    assert nothing_is_left(files=int(is_file))
