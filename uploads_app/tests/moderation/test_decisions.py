"""Decisions: by the table, in the history with what they were made on, and never over somebody else's."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from uploads_app.errors import Conflict, Invalid, NotFound, PermissionDenied, VitrineError
from uploads_app.images.recipes import Edits
from uploads_app.models import ModerationEvent, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.edit import edit
from uploads_app.services.moderation.decide import Seen, approve, reject, undo
from uploads_app.services.moderation.withhold import withhold
from uploads_app.tests.factories import FileFactory
from users.models import User
from users.tests.factories import UserFactory


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return FileFactory.create(owner=owner, sha256="ab" * 32)


def fresh(file: UploadedFile) -> UploadedFile:
    return UploadedFile.objects.get(pk=file.pk)


def seen(file: UploadedFile) -> Seen:
    return Seen.of(fresh(file))


def test_an_approval_is_kept_with_all_that_it_was_made_on(file: UploadedFile, moderator: User) -> None:
    edit(file, Edits(rotate=90))
    approve(file_id=file.pk, by=moderator, seen=seen(file), note="fine")

    event = ModerationEvent.objects.get()
    assert (event.file_id, event.actor, event.actor_name) == (file.pk, moderator, "moderator")
    assert (event.action, event.from_state, event.to_state) == ("approve", "unreviewed", "approved")
    assert (event.note, event.sha256, event.recipe["edits"]["rotate"]) == ("fine", "ab" * 32, 90)
    assert (fresh(file).moderation, fresh(file).queue_rank) == ("approved", UploadedFile.QueueRank.OUT)


def test_a_rejection_tells_its_reason_and_an_approval_takes_the_words_back(
    file: UploadedFile, moderator: User
) -> None:
    reject(file_id=file.pk, by=moderator, seen=seen(file), reason="stolen", note="See the letter.")
    told = fresh(file)
    assert (told.moderation, told.moderation_reason, told.moderation_note) == (
        "rejected",
        "stolen",
        "See the letter.",
    )
    approve(file_id=file.pk, by=moderator, seen=seen(file))
    told = fresh(file)
    assert (told.moderation, told.moderation_reason, told.moderation_note) == ("approved", "", "")


def test_two_moderators_at_once_the_second_is_told_and_nothing_is_overwritten(
    file: UploadedFile, moderator: User
) -> None:
    other = UserFactory.create(username="second", is_superuser=True, is_staff=True)
    looked_at = seen(file)
    approve(file_id=file.pk, by=moderator, seen=looked_at)
    with pytest.raises(Conflict, match="since you looked"):
        reject(file_id=file.pk, by=other, seen=looked_at, reason="spam")
    assert fresh(file).moderation == "approved"
    assert ModerationEvent.objects.count() == 1


def test_what_was_edited_since_it_was_looked_at_is_not_decided_on(
    file: UploadedFile, moderator: User
) -> None:
    looked_at = seen(file)
    edit(file, Edits(flip=True))
    with pytest.raises(Conflict):
        approve(file_id=file.pk, by=moderator, seen=looked_at)
    assert fresh(file).moderation == "unreviewed"


@pytest.mark.parametrize("mode", ["after", "before"])
def test_approve_then_edit_puts_a_file_back_to_unreviewed(
    file: UploadedFile, moderator: User, mode: str, settings: Any
) -> None:
    settings.VITRINE_MODERATION = mode
    approve(file_id=file.pk, by=moderator, seen=seen(file))
    edit(file, Edits(flip=True))

    assert (file.moderation, fresh(file).moderation) == ("unreviewed", "unreviewed")
    assert fresh(file).queue_rank == UploadedFile.QueueRank.PLAIN
    last = ModerationEvent.objects.latest("pk")
    assert (last.action, last.from_state, last.to_state) == ("return", "approved", "unreviewed")


def test_the_same_edits_again_leave_the_approval(file: UploadedFile, moderator: User) -> None:
    edit(file, Edits(flip=True))
    approve(file_id=file.pk, by=moderator, seen=seen(file))
    edit(file, Edits(flip=True))
    assert fresh(file).moderation == "approved"


def test_an_edit_does_not_undo_a_rejection(file: UploadedFile, moderator: User) -> None:
    reject(file_id=file.pk, by=moderator, seen=seen(file), reason="hate")
    edit(file, Edits(flip=True))
    assert fresh(file).moderation == "rejected"


def test_deleted_during_review_it_can_be_decided_on_no_more(file: UploadedFile, moderator: User) -> None:
    looked_at = seen(file)
    delete_file(file)
    decisions: list[Callable[[], object]] = [
        lambda: approve(file_id=file.pk, by=moderator, seen=looked_at),
        lambda: reject(file_id=file.pk, by=moderator, seen=looked_at, reason="spam"),
        lambda: undo(file_id=file.pk, by=moderator),
    ]
    for decide in decisions:
        with pytest.raises(NotFound):
            decide()
    assert not ModerationEvent.objects.exists()


@pytest.mark.parametrize("first", ["approve", "reject"])
def test_undo_brings_everything_back(file: UploadedFile, moderator: User, first: str) -> None:
    UploadedFile.objects.filter(pk=file.pk).update(reports_open=2, queue_rank=UploadedFile.QueueRank.REPORTED)
    before = fresh(file)
    if first == "approve":
        approve(file_id=file.pk, by=moderator, seen=seen(file))
    else:
        reject(file_id=file.pk, by=moderator, seen=seen(file), reason="spam", note="why")
    undo(file_id=file.pk, by=moderator)

    now = fresh(file)
    for name in (
        "moderation",
        "withheld",
        "reports_open",
        "queue_rank",
        "moderation_reason",
        "moderation_note",
    ):
        assert getattr(now, name) == getattr(before, name), name
    assert ModerationEvent.objects.latest("pk").action == "undo"


def test_undo_of_an_approval_brings_the_words_of_the_rejection_back(
    file: UploadedFile, moderator: User
) -> None:
    reject(file_id=file.pk, by=moderator, seen=seen(file), reason="spam", note="why")
    approve(file_id=file.pk, by=moderator, seen=seen(file))
    undo(file_id=file.pk, by=moderator)
    now = fresh(file)
    assert (now.moderation, now.moderation_reason, now.moderation_note) == ("rejected", "spam", "why")


def test_undo_puts_a_withheld_file_back_into_hiding(file: UploadedFile, moderator: User) -> None:
    withhold(file, UploadedFile.Withheld.NEAR_COPY)
    approve(file_id=file.pk, by=moderator, seen=seen(file))
    undo(file_id=file.pk, by=moderator)
    assert (fresh(file).withheld, fresh(file).queue_rank) == ("near_copy", UploadedFile.QueueRank.WITHHELD)


def test_only_ones_own_last_decision_is_undone(file: UploadedFile, moderator: User, lead: User) -> None:
    with pytest.raises(Conflict):
        undo(file_id=file.pk, by=moderator)
    approve(file_id=file.pk, by=moderator, seen=seen(file))
    with pytest.raises(Conflict):
        undo(file_id=file.pk, by=lead)
    edit(file, Edits(flip=True))
    with pytest.raises(Conflict):
        undo(file_id=file.pk, by=moderator)
    assert fresh(file).moderation == "unreviewed"


def test_a_reason_is_one_of_the_list(file: UploadedFile, moderator: User) -> None:
    with pytest.raises(Invalid):
        reject(file_id=file.pk, by=moderator, seen=seen(file), reason="ugly")
    assert fresh(file).moderation == "unreviewed"


def test_what_is_rejected_is_not_rejected_again(file: UploadedFile, moderator: User) -> None:
    reject(file_id=file.pk, by=moderator, seen=seen(file), reason="spam")
    with pytest.raises(Conflict, match="already"):
        reject(file_id=file.pk, by=moderator, seen=seen(file), reason="hate")
    assert fresh(file).moderation_reason == "spam"


Decide = Callable[[UploadedFile, User], object]
_DECISIONS: dict[str, Decide] = {
    "approve": lambda file, by: approve(file_id=file.pk, by=by, seen=seen(file)),
    "reject": lambda file, by: reject(file_id=file.pk, by=by, seen=seen(file), reason="spam"),
    "undo": lambda file, by: undo(file_id=file.pk, by=by),
}


@pytest.mark.parametrize("decision", _DECISIONS)
@pytest.mark.parametrize("who", ["stranger", "owner", "staff", "viewer"])
def test_nobody_decides_without_the_permission(
    file: UploadedFile, request: pytest.FixtureRequest, who: str, decision: str
) -> None:
    with pytest.raises(PermissionDenied):
        _DECISIONS[decision](file, request.getfixturevalue(who))
    assert not ModerationEvent.objects.exists()


@pytest.mark.parametrize("decision", _DECISIONS)
def test_nobody_decides_on_their_own_file(moderator: User, decision: str) -> None:
    with pytest.raises(PermissionDenied, match="own"):
        _DECISIONS[decision](FileFactory.create(owner=moderator), moderator)


@pytest.mark.parametrize("state", [{"is_active": False}, {"is_staff": False}])
def test_who_is_staff_no_more_decides_nothing(
    file: UploadedFile, moderator: User, state: dict[str, bool]
) -> None:
    User.objects.filter(pk=moderator.pk).update(**state)
    with pytest.raises(PermissionDenied):
        approve(file_id=file.pk, by=User.objects.get(pk=moderator.pk), seen=seen(file))


@pytest.mark.parametrize("token", ["", "1", "1-", "-1-2", "1-2-3", "a-b", "1-2\n", "9" * 40 + "-1"])
def test_a_token_that_was_not_given_out_is_no_token(token: str) -> None:
    with pytest.raises(Invalid):
        Seen.parse(token)


def test_an_absent_file_and_one_that_is_not_ready_answer_alike(owner: User, moderator: User) -> None:
    pending = FileFactory.create(owner=owner, lifecycle="pending")
    told = []
    for file_id in (uuid4(), pending.pk):
        with pytest.raises(VitrineError) as caught:
            approve(file_id=file_id, by=moderator, seen=Seen(0, 0))
        told.append((type(caught.value), str(caught.value)))
    assert told[0] == told[1] == (NotFound, "This file was deleted.")


def test_an_undone_rejection_brings_no_approval_back_of_what_was_edited_meanwhile(
    file: UploadedFile, moderator: User
) -> None:
    approve(file_id=file.pk, by=moderator, seen=seen(file))
    reject(file_id=file.pk, by=moderator, seen=seen(file), reason="spam")
    edit(file, Edits(flip=True))
    undo(file_id=file.pk, by=moderator)
    now = fresh(file)
    assert (now.moderation, now.queue_rank) == ("unreviewed", UploadedFile.QueueRank.PLAIN)


def test_an_undone_approval_of_a_reported_file_tells_its_owner_of_no_rejection_of_long_ago(
    file: UploadedFile, moderator: User
) -> None:
    reject(file_id=file.pk, by=moderator, seen=seen(file), reason="hate", note="long ago")
    approve(file_id=file.pk, by=moderator, seen=seen(file))
    withhold(fresh(file), UploadedFile.Withheld.REPORTS)
    approve(file_id=file.pk, by=moderator, seen=seen(file))
    undo(file_id=file.pk, by=moderator)
    now = fresh(file)
    assert (now.withheld, now.moderation_reason, now.moderation_note) == ("reports", "", "")
