"""Banning a picture and lifting the ban: who may, what is kept, what is written down."""

from typing import Any

import pytest
from django.db import transaction

from uploads_app.errors import Conflict, Invalid, NotFound, PermissionDenied
from uploads_app.models import BannedHash, BannedPicture, FileHash, ModerationEvent, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.moderation.bans import ban, hashes_of, lift
from uploads_app.services.moderation.copies import present_copies
from uploads_app.tests.factories import uploaded
from uploads_app.tests.image_factories import png_bytes
from uploads_app.tests.moderation.pictures import cropped, jpeg, scene
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return uploaded(owner, jpeg(scene()))


def banned(file: UploadedFile, by: User, **words: Any) -> BannedPicture:
    hashes = hashes_of(file)
    with transaction.atomic():
        return ban(file=file, hashes=hashes, by=by, **{"reason": "stolen", "note": "Seen elsewhere."} | words)


def test_a_ban_keeps_bytes_looks_and_who_said_so(file: UploadedFile, lead: User) -> None:
    made = banned(file, lead)
    assert (made.sha256, made.file, made.reason, made.note) == (
        file.sha256,
        file,
        "stolen",
        "Seen elsewhere.",
    )
    assert (made.banned_by, made.banned_by_name, made.lifted_at) == (lead, "lead", None)
    kept = set(made.hashes.values_list("hash", flat=True))
    assert file.phash in kept
    assert 40 < len(kept) <= 162
    [event] = file.moderation_events.all()
    assert (event.action, event.actor, event.reason) == ("ban", lead, "stolen")
    assert event.evidence == {"ban": made.pk}


def test_the_same_bytes_are_banned_once(file: UploadedFile, stranger: User, lead: User) -> None:
    copy = uploaded(stranger, jpeg(scene()))
    first = banned(file, lead)
    assert banned(copy, lead, reason="spam") == first
    assert BannedPicture.objects.count() == 1
    assert not copy.moderation_events.exists()


def test_a_lifted_ban_binds_nobody_and_stays_written(file: UploadedFile, stranger: User, lead: User) -> None:
    made = lift(ban_id=banned(file, lead).pk, by=lead, note="A mistake.")
    assert made.lifted_at is not None
    assert not BannedHash.objects.exists()
    assert uploaded(stranger, jpeg(scene())).withheld == ""
    assert [event.action for event in file.moderation_events.order_by("pk")] == ["ban", "lift_ban"]
    with pytest.raises(Conflict):
        lift(ban_id=made.pk, by=lead)
    again = banned(file, lead)
    assert again != made


@pytest.mark.parametrize("who", ["owner", "stranger", "staff", "viewer", "moderator"])
def test_only_leads_ban_and_lift(
    who: str, file: UploadedFile, lead: User, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        banned(file, person)
    made = banned(file, lead)
    with pytest.raises(PermissionDenied):
        lift(ban_id=made.pk, by=person)
    assert BannedPicture.objects.get().lifted_at is None


def test_nobody_bans_their_own_file(lead: User) -> None:
    with pytest.raises(PermissionDenied):
        banned(uploaded(lead, jpeg(scene())), lead)


def test_a_ban_needs_a_reason_from_the_list(file: UploadedFile, lead: User) -> None:
    with pytest.raises(Invalid):
        banned(file, lead, reason="ugly")
    assert not ModerationEvent.objects.exists()


def test_a_ban_that_is_not_there_cannot_be_lifted(lead: User) -> None:
    with pytest.raises(NotFound):
        lift(ban_id=1, by=lead)


def test_a_flat_picture_is_banned_by_its_bytes_alone(owner: User, lead: User) -> None:
    flat = uploaded(owner, png_bytes((200, 150), "white"))
    assert hashes_of(flat) == frozenset()
    assert not banned(flat, lead).hashes.exists()


def test_a_ban_outlives_its_file_and_a_purged_file_leaves_the_search(
    file: UploadedFile, stranger: User, lead: User
) -> None:
    made = banned(file, lead)
    assert FileHash.objects.filter(file=file).exists()
    delete_file(file)
    assert not FileHash.objects.exists()
    assert uploaded(stranger, jpeg(cropped(scene()), 60)).withheld == "near_copy"
    made.refresh_from_db()
    assert made.lifted_at is None


def test_present_copies_are_same_bytes_first_then_near(
    file: UploadedFile, stranger: User, lead: User, django_assert_num_queries: Any
) -> None:
    uploaded(stranger, jpeg(scene(2)))
    near = uploaded(stranger, jpeg(cropped(scene()), 60))
    same = uploaded(stranger, jpeg(scene()))
    gone = uploaded(stranger, jpeg(scene()))
    UploadedFile.objects.filter(pk=gone.pk).update(lifecycle="deleted")
    hashes = hashes_of(file)
    with django_assert_num_queries(4):
        found = present_copies(file, hashes)
    assert [(copy.file, copy.exact) for copy in found] == [(same, True), (near, False)]
    assert 0 <= found[1].distance <= 7
    made = banned(file, lead)
    with django_assert_num_queries(5):
        found = present_copies(made)
    assert {copy.file for copy in found} == {file, same, near}
    assert [copy.file for copy in present_copies(file, hashes, most=1)] == [same]
    UploadedFile.objects.filter(pk=same.pk).update(moderation="rejected")
    assert [copy.file for copy in present_copies(file, hashes, rejected=False)] == [near]
