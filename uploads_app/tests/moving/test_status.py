"""`storage status` tells what is true, at every step of a move; asking costs no storage."""

import pytest

from uploads_app.services.moving.clean import clean
from uploads_app.services.moving.copy import copy
from uploads_app.services.moving.status import status
from uploads_app.services.moving.switch import switch
from uploads_app.tests.factories import ready_rendition
from uploads_app.tests.moving.places import at, picture, pictures
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both")]

Numbers = tuple[int, ...]


def numbers(to: str = "s3") -> list[Numbers]:
    """Of files and renditions: there, copied, to be copied, begun, left behind."""
    return [
        tuple(counted.objects for counted in (it.there, it.copied, it.to_copy, it.unfinished, it.left_behind))
        for it in status(to)
    ]


def test_the_numbers_of_each_step(owner: User) -> None:
    files = pictures(owner, 3)
    ready_rendition(files[0])
    at("local", files[2]).unlink()
    assert numbers() == [(0, 0, 3, 0, 0), (0, 0, 1, 0, 0)]
    copy("s3")
    assert numbers() == [(0, 2, 1, 1, 0), (0, 1, 0, 0, 0)]
    switch("s3", force=True)
    assert numbers() == [(2, 0, 1, 1, 2), (1, 0, 0, 0, 1)]
    assert numbers("local") == [(1, 2, 0, 1, 0), (0, 1, 0, 0, 0)]
    clean("s3", grace=0)
    assert numbers() == [(2, 0, 1, 1, 0), (1, 0, 0, 0, 0)]


def test_bytes_are_counted_as_well(owner: User) -> None:
    size = sum(file.file_size for file in pictures(owner, 3))
    late = picture(owner, 12)
    (files, _) = status("s3")
    assert files.to_copy.bytes == size + late.file_size
    copy("s3")
    (files, _) = status("s3")
    assert (files.to_copy.bytes, files.copied.bytes) == (0, size + late.file_size)


def test_it_asks_no_storage(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("no_storage")  # now that both places are there
    assert numbers() == [(0, 0, 0, 0, 0)] * 2
