"""One decision on several files: each for itself, so that one that cannot be keeps no other back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import DatabaseError

from uploads_app.errors import Conflict, NotFound, PermissionDenied
from uploads_app.models import UploadedFile
from uploads_app.services.moderation.decide import Seen, approve, check_reason, reject
from uploads_app.services.moderation.powers import Power, require

logger = logging.getLogger(__name__)

AT_ONCE = 200  # files; a transaction each
_GONE = "A file that is not there any more"


@dataclass(frozen=True, slots=True)
class Choice:
    """A file that was chosen, and which state of it was looked at."""

    file_id: UUID
    seen: Seen


@dataclass(slots=True)
class Outcome:
    """Which files were decided on, and which were not: each by its name and the reason in words."""

    done: list[UUID] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def approve_many(*, choices: Sequence[Choice], by: AbstractUser) -> Outcome:
    """Approves the first AT_ONCE of these. Raises PermissionDenied when this person may approve none."""
    return _each(choices, by, lambda one: approve(file_id=one.file_id, by=by, seen=one.seen))


def reject_many(*, choices: Sequence[Choice], by: AbstractUser, reason: str, note: str = "") -> Outcome:
    """Rejects the first AT_ONCE of these. Raises Invalid for the reason, and what `approve_many` raises."""
    check_reason(reason)
    return _each(
        choices, by, lambda one: reject(file_id=one.file_id, by=by, seen=one.seen, reason=reason, note=note)
    )


def choices_of(file_ids: Iterable[UUID]) -> list[Choice]:
    """These files as they are now, those that are ready, in one query; AT_ONCE at most."""
    ready = UploadedFile.objects.filter(pk__in=list(file_ids), lifecycle=UploadedFile.Lifecycle.READY)
    return [Choice(file.pk, Seen.of(file)) for file in ready.order_by("pk")[:AT_ONCE]]


def _each(choices: Sequence[Choice], by: AbstractUser, decide: Callable[[Choice], object]) -> Outcome:
    require(by, Power.DECIDE)
    chosen = list({choice.file_id: choice for choice in choices}.values())[:AT_ONCE]
    names = _names(choice.file_id for choice in chosen)
    outcome = Outcome()
    for choice in chosen:
        try:
            decide(choice)
        except (Conflict, NotFound, PermissionDenied) as error:
            outcome.refused.append((names.get(choice.file_id, _GONE), str(error)))
        except DatabaseError as error:
            logger.warning("%s was not decided on: %s", choice.file_id, error)
            outcome.refused.append((names.get(choice.file_id, _GONE), "Try again in a moment."))
        else:
            outcome.done.append(choice.file_id)
    return outcome


def _names(file_ids: Iterable[UUID]) -> dict[UUID, str]:
    ready = UploadedFile.objects.filter(pk__in=list(file_ids), lifecycle=UploadedFile.Lifecycle.READY)
    return dict(ready.values_list("pk", "original_filename"))
