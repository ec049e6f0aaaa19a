"""Approving and rejecting, and taking the last decision back: by who may, and on what they looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from uploads_app.errors import Conflict, Invalid, NotFound, PermissionDenied
from uploads_app.models import Appeal, ModerationEvent, Reason, UploadedFile
from uploads_app.services.moderation import history
from uploads_app.services.moderation.powers import Power, has, require
from uploads_app.services.moderation.standing import Action, Standing, after

_TOKEN = re.compile(r"([0-9]{1,9})-([0-9]{1,9})", re.ASCII)
_MOVED_ON = "Somebody decided on this file, or it was changed, since you looked at it. Look at it again."
_DECISIONS = (Action.APPROVE, Action.REJECT)


@dataclass(frozen=True, slots=True)
class Seen:
    """Which state of a file a moderator looked at: its decisions and its edits are counted."""

    serial: int
    revision: int

    @classmethod
    def of(cls, file: UploadedFile) -> Seen:
        return cls(file.moderation_serial, file.revision)

    @classmethod
    def parse(cls, token: str) -> Seen:
        """From the token of a form. Raises Invalid."""
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise Invalid.field("seen", "This does not say what was looked at.")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.serial}-{self.revision}"


def approve(*, file_id: UUID, by: AbstractUser, seen: Seen, note: str = "") -> ModerationEvent:
    """Lets a file be seen: what was reported, withheld or rejected included.

    What was once taken down is for those alone who may take down. Raises PermissionDenied, NotFound when the
    file is gone, Conflict when it is not what was looked at.
    """
    with transaction.atomic():
        file = held(file_id, by, Power.DECIDE, seen)
        if file.moderation_events.filter(action=Action.TAKEDOWN).exists() and not has(by, Power.HOLD):
            raise PermissionDenied("This file was taken down: only a lead can show it again.")
        event = history.move(
            file,
            Action.APPROVE,
            after(file, Action.APPROVE),
            actor=by,
            note=note,
            evidence=_appeal_before(file),
            moderation_reason="",
            moderation_note="",
        )
        _answer_appeal(file, Appeal.State.GRANTED)
    return event


def reject(*, file_id: UUID, by: AbstractUser, seen: Seen, reason: str, note: str = "") -> ModerationEvent:
    """Hides a file from everybody but its owner and staff; the owner is told the reason and the note.

    When it returns, no further request by others is answered with the file. Raises Invalid for a reason
    that is not on the list, and what `approve` raises; Conflict also when it is rejected already.
    """
    check_reason(reason)
    with transaction.atomic():
        file = held(file_id, by, Power.DECIDE, seen)
        return reject_locked(file, by, Action.REJECT, reason, note)


def reject_locked(
    file: UploadedFile,
    by: AbstractUser,
    action: Action,
    reason: str,
    note: str,
    evidence: dict[str, Any] | None = None,
) -> ModerationEvent:
    """The same within the caller's transaction, for a file that it has locked and checked."""
    event = history.move(
        file,
        action,
        after(file, action),
        actor=by,
        reason=reason,
        note=note,
        evidence=_appeal_before(file) | (evidence or {}),
        moderation_reason=reason,
        moderation_note=note,
    )
    _answer_appeal(file, Appeal.State.DENIED)
    return event


def undo(*, file_id: UUID, by: AbstractUser) -> ModerationEvent:
    """Takes back the last decision on a file if it was this person's: everything is as before it.

    But for an approval of before, when the picture was changed since: nobody has seen what it would be of, so
    the file is unreviewed then. Raises Conflict when something else happened since, and what `approve`
    raises.
    """
    with transaction.atomic():
        file = held(file_id, by, Power.DECIDE)
        last = file.moderation_events.order_by("-pk").first()
        if last is None or last.actor_id != by.pk or last.action not in _DECISIONS:
            raise Conflict("Your decision is not the last thing that happened to this file.")
        before = _before(last, file)
        words = _told_before(last)
        event = history.move(
            file, Action.UNDO, before, actor=by, moderation_reason=words[0], moderation_note=words[1]
        )
        _reopen_appeal(last)
    return event


def held(file_id: UUID, by: AbstractUser, power: Power, seen: Seen | None = None) -> UploadedFile:
    """A ready file, locked, that this person may decide on, and that is still what they looked at.

    Raises PermissionDenied before anything is told of the file, then NotFound, then Conflict.
    """
    require(by, power)
    file = history.lock(file_id)
    if file is None:
        raise NotFound("This file was deleted.")
    require(by, power, file)
    if seen is not None and seen != Seen.of(file):
        raise Conflict(_MOVED_ON)
    return file


def check_reason(reason: str) -> None:
    """Raises Invalid for what is not on the list."""
    if reason not in Reason.values:
        raise Invalid.field("reason", "Choose a reason from the list.", "invalid_choice")


def _before(event: ModerationEvent, file: UploadedFile) -> Standing:
    state = event.from_state
    if state == UploadedFile.Moderation.APPROVED and history.recipe_of(file) != event.recipe:
        state = UploadedFile.Moderation.UNREVIEWED
    return Standing(state, event.from_withheld, event.evidence.get("reports_open", 0))


def _told_before(event: ModerationEvent) -> tuple[str, str]:
    """Reason and note as they were before an event: those of the rejection that stood then."""
    appealed = event.from_withheld == UploadedFile.Withheld.APPEAL  # the words stay while it is looked at
    if event.from_state != UploadedFile.Moderation.REJECTED and not appealed:
        return "", ""
    earlier = ModerationEvent.objects.filter(file=event.file_id, pk__lt=event.pk, to_state="rejected")
    found = earlier.exclude(reason="").order_by("-pk").first()
    return (found.reason, found.note) if found else ("", "")


def _answer_appeal(file: UploadedFile, answer: Appeal.State) -> None:
    """An open appeal is answered by the decision; an approval also makes room for another one."""
    before = [Appeal.State.OPEN]
    if answer == Appeal.State.GRANTED:
        before.append(Appeal.State.DENIED)
    file.appeals.filter(state__in=before).update(state=answer)


def _appeal_before(file: UploadedFile) -> dict[str, Any]:
    """The appeal that a decision may answer, for who takes the decision back."""
    standing = file.appeals.exclude(state=Appeal.State.GRANTED).first()  # one at most
    return {} if standing is None else {"appeal": {"id": standing.pk, "state": str(standing.state)}}


def _reopen_appeal(undone: ModerationEvent) -> None:
    before = undone.evidence.get("appeal")
    if before is not None:
        Appeal.objects.filter(pk=before["id"]).update(state=before["state"])
