"""A legal hold hides a file and keeps its bytes, whoever deletes it, until it is lifted."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from gigs.models import GigImage
from gigs.tests.factories import GigFactory
from uploads_app.errors import Conflict, Invalid, NotFound, PermissionDenied
from uploads_app.models import ModerationEvent, StorageUsage, UploadedFile
from uploads_app.services import delete as deletion
from uploads_app.services.delete import delete_file, purge
from uploads_app.services.delete_many import delete_many
from uploads_app.services.moderation.hold import place, release
from uploads_app.services.reconcile import reconcile
from uploads_app.tests.factories import FileFactory, ready_rendition, uploaded
from uploads_app.tests.stored import Stored, failing, stored
from users.models import User
from users.services.deletion import delete_account

SignIn = Callable[[User], APIClient]
End = Callable[[UploadedFile], object]


@pytest.fixture
def file(owner: User) -> UploadedFile:
    file = uploaded(owner)
    ready_rendition(file)
    GigImage.objects.create(gig=GigFactory.create(owner=owner, pictures=0), file=file, position=7)
    return file


def places(file: UploadedFile) -> list[Stored]:
    return [stored(file), *(stored(row) for row in file.renditions.all())]


def hold(file: UploadedFile, lead: User) -> ModerationEvent:
    return place(file_id=file.pk, by=lead, note="Order 12 of the court.")


def test_it_hides_at_once_and_its_end_shows_again(
    file: UploadedFile, lead: User, visitor: APIClient, owner: User, signed_in: SignIn
) -> None:
    url = f"/api/upload/{file.pk}"
    assert visitor.get(url).status_code == 200
    event = hold(file, lead)
    assert (event.action, event.note, event.from_state == event.to_state) == (
        "hold",
        "Order 12 of the court.",
        True,
    )
    assert visitor.get(url).status_code == 401
    assert signed_in(owner).get(url).status_code == 200
    release(file_id=file.pk, by=lead)
    assert visitor.get(url).status_code == 200
    assert all(place.exists() for place in places(file))


@pytest.mark.parametrize("note", ["", " \n"])
def test_a_hold_says_by_which_order(file: UploadedFile, lead: User, note: str) -> None:
    with pytest.raises(Invalid):
        place(file_id=file.pk, by=lead, note=note)
    file.refresh_from_db()
    assert not file.legal_hold
    assert not ModerationEvent.objects.exists()


ENDS: dict[str, End] = {
    "delete": delete_file,
    "bulk delete": lambda file: delete_many(owner=file.owner, file_ids=[file.pk]),  # type: ignore[arg-type]  # it has one
    "account": lambda file: delete_account(file.owner),  # type: ignore[arg-type]  # it has one
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ENDS)
def test_bytes_and_renditions_stay_however_it_is_deleted_and_go_with_the_hold(
    file: UploadedFile, lead: User, end: str, staff: User, signed_in: SignIn
) -> None:
    hold(file, lead)
    kept = places(file)
    assert len(kept) > 1
    ENDS[end](UploadedFile.objects.get(pk=file.pk))

    found = reconcile(grace=0)
    assert (found.purged, found.unpurged, found.strays, found.missing) == (0, 0, [], [])
    purge(file)
    assert all(place.exists() for place in kept)
    assert UploadedFile.objects.get(pk=file.pk).lifecycle == "deleted"
    assert signed_in(staff).get(f"/api/upload/{file.pk}").status_code == 404

    release(file_id=file.pk, by=lead)
    assert not any(place.exists() for place in kept)
    assert UploadedFile.objects.get(pk=file.pk).lifecycle == "purged"


def test_its_owner_is_answered_as_ever(
    file: UploadedFile, lead: User, owner: User, signed_in: SignIn
) -> None:
    hold(file, lead)
    client = signed_in(owner)
    assert client.delete(f"/api/upload/{file.pk}").status_code == 204
    assert client.delete(f"/api/upload/{file.pk}").status_code == 404
    assert client.get(f"/api/upload/{file.pk}").status_code == 404
    assert client.get("/api/upload/my-files").json()["results"] == []


def test_held_bytes_count_until_they_go(file: UploadedFile, lead: User, owner: User) -> None:
    hold(file, lead)
    delete_file(file)
    reconcile(grace=0)
    assert StorageUsage.objects.get(owner=owner).bytes == file.file_size
    release(file_id=file.pk, by=lead)
    assert StorageUsage.objects.get(owner=owner).bytes == 0


def test_a_hold_that_comes_while_a_delete_is_under_way_loses_no_bytes(
    file: UploadedFile, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hold is taken on a ready file only. So it stands before the delete commits, or is refused."""
    answers: list[Any] = []

    def purge_late(row: UploadedFile) -> None:
        try:
            hold(row, lead)
        except NotFound as error:
            answers.append(error)
        purge(row)

    monkeypatch.setattr(deletion, "purge_quietly", purge_late)
    delete_file(file)
    assert answers  # nobody was told that a hold stands whose bytes then went
    file.refresh_from_db()
    assert (file.legal_hold, file.lifecycle) == (False, "purged")


def test_a_hold_before_the_bytes_go_is_seen_by_a_row_read_earlier(file: UploadedFile, lead: User) -> None:
    earlier = UploadedFile.objects.get(pk=file.pk)
    hold(file, lead)
    delete_file(earlier)
    assert all(place.exists() for place in places(file))


def test_a_purge_that_failed_is_not_tried_again_under_a_hold(file: UploadedFile, lead: User) -> None:
    hold(file, lead)
    with failing("remove"):
        delete_file(file)
        assert reconcile(grace=10**6).unpurged == 0
    assert all(place.exists() for place in places(file))


@pytest.mark.parametrize("who", ["stranger", "owner", "staff", "viewer", "moderator"])
def test_nobody_but_leads_places_or_lifts_one(
    file: UploadedFile, lead: User, request: pytest.FixtureRequest, who: str
) -> None:
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        hold(file, person)
    hold(file, lead)
    with pytest.raises(PermissionDenied):
        release(file_id=file.pk, by=person)


def test_what_does_not_fit_is_refused(file: UploadedFile, lead: User) -> None:
    with pytest.raises(Conflict, match="no legal hold"):
        release(file_id=file.pk, by=lead)
    hold(file, lead)
    with pytest.raises(Conflict, match="already"):
        hold(file, lead)
    for step in (place, release):
        with pytest.raises(NotFound):
            step(file_id=uuid4(), by=lead, note="x")
    with pytest.raises(PermissionDenied, match="own"):
        hold(FileFactory.create(owner=lead), lead)
