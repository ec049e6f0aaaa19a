"""Rejecting a file, banning its picture, and rejecting those of its present copies that were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from uploads_app.errors import NotFound
from uploads_app.hashes import unsigned
from uploads_app.images.errors import ImageError, SandboxUnavailable
from uploads_app.images.phash import is_flat
from uploads_app.models import BannedPicture, UploadedFile
from uploads_app.services.moderation.bans import ban, hashes_of
from uploads_app.services.moderation.copies import Copy, likenesses, present_copies
from uploads_app.services.moderation.decide import Seen, check_reason, held, reject_locked
from uploads_app.services.moderation.many import Choice, Outcome, reject_many
from uploads_app.services.moderation.powers import Power, require
from uploads_app.services.moderation.standing import Action

PREVIEWED = 100  # copies; the others are there to choose from once these are rejected
NO_COPY = ("What is no copy of this picture", "It was left as it is.")


@dataclass(frozen=True, slots=True)
class Banned:
    """The ban that stands now, and what came of the copies that were chosen."""

    ban: BannedPicture
    copies: Outcome


def bannable(*, file_id: UUID, by: AbstractUser) -> UploadedFile:
    """A ready file whose picture this person may ban. Raises PermissionDenied, NotFound when it is gone."""
    _require(by)
    ready = UploadedFile.objects.filter(pk=file_id, lifecycle=UploadedFile.Lifecycle.READY)
    file = ready.select_related("owner").first()
    if file is None:
        raise NotFound("This file was deleted.")
    _require(by, file)
    return file


def copies_to_choose(file: UploadedFile) -> list[Copy]:
    """The first PREVIEWED copies of a `bannable` file that are not rejected, and one more if there are more.

    Raises Unavailable or SandboxUnavailable when storage or decoders are away.
    """
    return present_copies(file, _hashes(file), rejected=False, most=PREVIEWED + 1)


def ban_with_copies(
    *, file_id: UUID, by: AbstractUser, seen: Seen, reason: str, note: str = "", copies: Sequence[Choice] = ()
) -> Banned:
    """Rejects a file unless it is rejected already, bans its picture, and rejects the chosen ones of its
    copies: each for itself, as `reject_many` does. What is no copy is left as it is, and told.

    Raises PermissionDenied, Invalid for a reason that is not on the list, NotFound and Conflict as `reject`
    does, Unavailable or SandboxUnavailable when storage or decoders are away: then nothing was changed.
    """
    file = bannable(file_id=file_id, by=by)
    check_reason(reason)
    hashes = _hashes(file)
    with transaction.atomic():
        file = held(file_id, by, Power.BAN, seen)
        if file.moderation != UploadedFile.Moderation.REJECTED:
            reject_locked(file, by, Action.REJECT, reason, note)
        made = ban(file=file, hashes=hashes, by=by, reason=reason, note=note)
    # Looked for anew: what became ready before the ban is among them now, what comes later is withheld.
    like = {one.file_id for one in likenesses(file, hashes)} if copies else set()
    chosen = [choice for choice in copies if choice.file_id in like]
    outcome = reject_many(choices=chosen, by=by, reason=reason, note=note)
    if len(chosen) < len(copies):
        outcome.refused.append(NO_COPY)
    return Banned(made, outcome)


def _hashes(file: UploadedFile) -> frozenset[int]:
    """Of the stored bytes, outside of any transaction; its own looks alone where they end their decoder."""
    try:
        return hashes_of(file)
    except SandboxUnavailable:
        raise
    except ImageError:
        own = unsigned(file.phash)
        return frozenset() if is_flat(own) else frozenset({own})


def _require(by: AbstractUser, file: UploadedFile | None = None) -> None:
    """Who bans also rejects."""
    for power in (Power.DECIDE, Power.BAN):
        require(by, power, file)
