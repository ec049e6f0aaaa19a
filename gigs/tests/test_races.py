"""Two things at once: whatever the order, no gig shows a deleted picture and no published gig is bare."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from gigs.models import Gig, GigImage
from gigs.services import locking
from gigs.services.attach_image import attach_image
from gigs.services.publish import publish
from gigs.services.set_images import set_images
from gigs.tests.factories import GigFactory, GigImageFactory
from uploads_app.errors import VitrineError
from uploads_app.models import UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.tests.factories import FileFactory
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def at_once(*jobs: Callable[[], object]) -> list[VitrineError]:
    """Runs the jobs in threads that start together; domain errors are answers, any other error fails."""
    start, refused, broken = threading.Barrier(len(jobs)), [], []

    def run(job: Callable[[], object]) -> None:
        try:
            start.wait(10)
            job()
        except VitrineError as error:
            refused.append(error)
        except Exception as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    assert not broken, broken
    return refused


def assert_nothing_dangles() -> None:
    assert not GigImage.objects.exclude(file__lifecycle=UploadedFile.Lifecycle.READY).exists()
    assert not Gig.objects.filter(published_at__isnull=False, images__isnull=True).exists()


def test_attaching_against_deleting_leaves_no_dangling_picture() -> None:
    for _ in range(ROUNDS):
        gig = GigFactory.create(pictures=0, published=False)
        file = FileFactory.create(owner=gig.owner)

        at_once(partial(delete_file, file), partial(attach_image, gig=gig, file=file))

        assert_nothing_dangles()
        file.refresh_from_db()
        assert file.lifecycle == "purged"


def test_arranging_against_deleting_neither_dangles_nor_deadlocks() -> None:
    for _ in range(ROUNDS):
        gig = GigFactory.create(pictures=2)
        files = [image.file for image in gig.images.select_related("file")]
        ids = [file.pk for file in files]

        at_once(
            partial(delete_file, files[0]),
            partial(set_images, gig=gig, file_ids=ids[::-1]),
            partial(delete_file, files[1]),
        )

        assert_nothing_dangles()


def test_publishing_against_deleting_the_last_picture_shows_no_bare_gig() -> None:
    for _ in range(ROUNDS):
        gig = GigFactory.create(published=False)
        file = gig.images.get().file

        at_once(partial(delete_file, file), partial(publish, gig=gig))

        assert_nothing_dangles()
        assert not Gig.objects.get(pk=gig.pk).is_published


def test_two_arrangements_end_as_one_of_them() -> None:
    gig = GigFactory.create(pictures=4)
    ids = list(gig.images.values_list("file", flat=True))
    one, two = ids[::-1], ids[1:3]

    for _ in range(ROUNDS):
        refused = at_once(
            partial(set_images, gig=gig, file_ids=one), partial(set_images, gig=gig, file_ids=two)
        )

        assert not refused
        assert list(gig.images.values_list("file", flat=True)) in (one, two)


def test_gigs_that_exchange_their_pictures_do_not_wait_for_each_other() -> None:
    owner = UserFactory.create()
    one, other = GigFactory.create_batch(2, owner=owner)
    a, b = (gig.images.get().file_id for gig in (one, other))

    for _ in range(ROUNDS):
        a, b = b, a
        refused = at_once(
            partial(set_images, gig=one, file_ids=[a]), partial(set_images, gig=other, file_ids=[b])
        )

        assert not refused
        assert [gig.images.get().file_id for gig in (one, other)] == [a, b]


def test_pictures_that_came_between_the_locks_are_locked_before_the_gig_after_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gig = GigFactory.create(pictures=2)
    in_it = set(gig.images.values_list("file", flat=True))
    real = locking._lock_files
    held: list[set[Any]] = []

    def one_came_late(*args: Any) -> set[Any]:
        found = real(*args)
        held.append(found if held else set(list(found)[:1]))
        return held[-1]

    monkeypatch.setattr(locking, "_lock_files", one_came_late)
    with transaction.atomic():
        locking.lock_with_files(gig)
    assert [len(held), held[-1]] == [2, in_it]


def test_the_last_place_of_a_gig_is_taken_once(settings: object) -> None:
    settings.VITRINE_MAX_IMAGES_PER_GIG = 2  # type: ignore[attr-defined]
    for _ in range(ROUNDS):
        gig = GigFactory.create()
        files = FileFactory.create_batch(3, owner=gig.owner)

        refused = at_once(*(partial(attach_image, gig=gig, file=file) for file in files))

        assert len(refused) == 2
        assert list(gig.images.values_list("position", flat=True)) == [0, 1]


def test_files_shared_by_gigs_are_deleted_at_once_without_deadlock() -> None:
    for _ in range(ROUNDS):
        owner = UserFactory.create()
        gigs = GigFactory.create_batch(2, owner=owner, pictures=0)
        files = FileFactory.create_batch(2, owner=owner)
        for gig in gigs:
            for file in files:
                GigImageFactory.create(gig=gig, file=file)

        at_once(*(partial(delete_file, file) for file in files))

        assert_nothing_dangles()
        assert not Gig.objects.filter(owner=owner, published_at__isnull=False).exists()
